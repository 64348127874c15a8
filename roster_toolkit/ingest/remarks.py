"""Records that speak of the file and not of a person: the header again, totals, headings, hints.

Nobody is enrolled by them, and no value in them is an ID. They are looked for only where a record
has no address and does not name somebody: whoever has an ID and a name is a person, were it a
pupil called Total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import polars as pl

from roster_toolkit.cleaning import INVISIBLE, spelled
from roster_toolkit.ingest.headers import header_names
from roster_toolkit.model import Entity, HeaderCell, Profile, Remark

#: Cells that a line about the file fills at most.
_FEW = 4
#: Cells that repeat headers or hint at what belongs there, at least; and their share of the filled.
_SEVERAL, _MOST = 3, 0.5
#: Records below the header among which hints may stand.
_BELOW_HEADER = 3
#: What a safe fix takes off, so that it brings no such record to light.
_UNSEEN = rf"^[\s\p{{Cf}}]+|[\s\p{{Cf}}]+$|{INVISIBLE}"
#: Somebody, or a record with other signs between its cells, as where two exports were joined.
_SOMEBODY = "@|(?:[,;\t|^~].*){3}"
#: Words with a space between them, or a sign in front, where a value has neither.
_WORDS_OR_SIGNS = r"\pL.*\s\S|\S\s.*\pL|^[*#~<>•†‡§_=]"
#: Columns of which a header that stands again and a drawn line have cells too.
_TELLING = ("userId", "schoolId", "userRole")
_NAMING = ("userId", "userFirstName", "userLastName")


def find_remarks(
    cells: pl.DataFrame,
    header: Sequence[HeaderCell],
    blank: pl.Series,
    surplus: Mapping[int, tuple[str, ...]],
    profile: Profile,
) -> pl.DataFrame:
    """`index` and `kind` of the records that are none, ascending."""
    at = _without_address(cells)
    at = at.filter(~at.is_in(blank.implode()))
    if at.is_empty() and not surplus:
        return pl.DataFrame(schema={"index": pl.UInt32, "kind": pl.String})
    headers = _header_again(cells, at, header, profile)
    rest = at.filter(~at.is_in(headers.implode()))
    nobody = _naming_nobody(cells, rest, profile)
    remarks = (
        (Remark.GLUED, _glued(surplus, len(header), profile)),
        (Remark.HEADER, headers),
        (Remark.HINTS, _hints(cells, rest, profile)),
        (Remark.NOBODY, _below_everybody(cells, nobody, blank, profile)),
        (Remark.DRAWN, _drawn(cells, rest, profile)),
        (Remark.TOTAL, _of_the_file(cells, nobody, profile)),
        (Remark.HEADING, _with_few(cells, nobody, profile.words.get("group_headings", ()))),
    )
    kinds = [
        pl.DataFrame({"index": i.cast(pl.UInt32)}).with_columns(kind=pl.lit(k.value))
        for k, i in remarks
    ]
    return pl.concat(kinds).unique("index", keep="first", maintain_order=True).sort("index")


def _glued(surplus: Mapping[int, tuple[str, ...]], width: int, profile: Profile) -> pl.Series:
    """Records that the header follows without a line end, as where files were joined."""
    names = header_names(profile)
    indices = [
        index
        for index, rest in surplus.items()
        if width >= _SEVERAL
        and len(rest) >= _SEVERAL
        and 2 * names.required_known(rest) >= names.required
    ]
    return pl.Series("index", indices, pl.UInt32)


def _plain(column: pl.Expr, at: pl.Series) -> pl.Expr:
    """The cells of some records without invisible characters."""
    return column.gather(at).str.replace_all(_UNSEEN, "")


def _without_address(cells: pl.DataFrame) -> pl.Series:
    """Indices of records without anything like an address."""
    if "userEmail" in cells.columns:
        return (~cells["userEmail"].str.contains("@", literal=True)).arg_true()
    at = pl.Series(range(cells.height), dtype=pl.UInt32)
    for column in cells.iter_columns():
        at = at.filter(~column.gather(at).str.contains("@", literal=True))
    return at


def _header_again(
    cells: pl.DataFrame, at: pl.Series, header: Sequence[HeaderCell], profile: Profile
) -> pl.Series:
    """Of some records, those that repeat the header, in whatever order."""
    names = header_names(profile)
    as_header = {names.bare(cell.typed) for cell in header} | set(names.spellings)

    def is_header_name(cell: pl.Expr) -> pl.Expr:
        bare = cell.str.replace_all(r"[\s_-]+", "").str.to_lowercase()
        return bare.is_in(sorted(as_header - {""}))

    return _telling_and_mostly(cells, at, is_header_name)


def _naming_nobody(cells: pl.DataFrame, at: pl.Series, profile: Profile) -> pl.Series:
    """Of some records, those that neither name somebody with an ID nor remove something."""
    if at.is_empty() or not set(_NAMING) <= set(cells.columns):
        return at
    person = pl.all_horizontal(_plain(pl.col(*_NAMING), at) != "")
    if "action" in cells.columns:
        person |= _plain(pl.col("action"), at).is_in(profile.removals)
    return at.filter(_of_each(cells, ~person))


def _of_the_file(cells: pl.DataFrame, at: pl.Series, profile: Profile) -> pl.Series:
    """Of some records, those with few cells of which one is a total, a footer or a count alone."""
    patterns = profile.words.get("remarks", ())
    if at.is_empty() or not patterns:
        return at.clear()
    filled = _filled(cells, at)
    at, filled = at.filter(filled <= _FEW), filled.filter(filled <= _FEW)
    if at.is_empty():
        return at
    alone = filled == 1
    if len(profile.needing(lambda need: need.always)) == 1:
        alone = pl.repeat(value=False, n=at.len(), eager=True)  # a record may be its ID alone
    # A count that stands anywhere by itself is one if it counts the records above.
    count = pl.lit(at.cast(pl.String))
    cell = _plain(pl.all(), at)
    speaks_of_file = _of_each(cells, pl.any_horizontal(cell.str.contains(_any_of(patterns))))
    counted = _of_each(cells, pl.any_horizontal(cell == count))
    first_is_number = _of_each(cells, _plain(pl.first(), at).str.contains(r"^\d+$"))
    prose = _of_each(cells, pl.any_horizontal(pl.lit(value=False), *_prose(cells, at, profile)))
    return at.filter(speaks_of_file | (alone & (counted | first_is_number | prose)))


def _prose(cells: pl.DataFrame, at: pl.Series, profile: Profile) -> Iterator[pl.Expr]:
    """Whether a cell is words or signs, for the columns that hold IDs, addresses or a few values.

    In whatever language: `Fin del informe`, `* new this year`. A name may be several words.
    """
    for key in cells.columns:
        column = profile.columns.get(key)
        vocabulary = column and profile.vocabulary_of(column)
        if column is None or not (vocabulary or profile.kinds[column.kind].pattern):
            continue
        known = (
            [word for words in vocabulary.likely.values() for word in words] if vocabulary else []
        )
        cell = _plain(pl.col(key), at)
        is_prose = cell.str.contains(_WORDS_OR_SIGNS) & ~cell.str.contains(_SOMEBODY)
        yield is_prose & ~spelled(cell).is_in(known)


def _below_everybody(
    cells: pl.DataFrame, at: pl.Series, blank: pl.Series, profile: Profile
) -> pl.Series:
    """Of some records, those at the end that say nothing of a person or class but what all may say.

    Check boxes, a school or a formula filled down go on below the last person. Higher up a school
    alone may be the heading of a group.
    """
    for_all = [
        key
        for key in cells.columns
        if (column := profile.columns.get(key)) is not None
        and key != "action"
        and (column.vocabulary or column.identifies == Entity.SCHOOL)
    ]
    if at.is_empty() or not set(_NAMING) <= set(cells.columns):
        return at.clear()
    at = at.filter(_of_each(cells, pl.all_horizontal(_plain(pl.exclude(for_all), at) == "")))
    passed_over = pl.concat([at.cast(pl.UInt32), blank.cast(pl.UInt32)])
    others = pl.int_range(cells.height, dtype=pl.UInt32, eager=True)
    last = others.filter(~others.is_in(passed_over.implode())).max()
    at = at.clear() if last is None else at.filter(at > last)
    return at if at.len() >= _SEVERAL else at.clear()


def _hints(cells: pl.DataFrame, at: pl.Series, profile: Profile) -> pl.Series:
    """Of some records, those right below the header that say what belongs into the columns."""
    at = at.filter(at < _BELOW_HEADER)
    patterns = profile.words.get("hints", ())
    if at.is_empty() or not patterns:
        return at.clear()
    return at.filter(_mostly(cells, at, lambda cell: cell.str.contains(_any_of(patterns))))


def _drawn(cells: pl.DataFrame, at: pl.Series, profile: Profile) -> pl.Series:
    """Of some records, those that are drawn lines."""
    patterns = profile.words.get("drawn_lines", ())
    if not patterns:
        return at.clear()

    def is_drawn(cell: pl.Expr) -> pl.Expr:
        return cell.str.contains(_any_of(patterns))

    return _telling_and_mostly(cells, at, is_drawn)


def _with_few(cells: pl.DataFrame, at: pl.Series, patterns: Sequence[str]) -> pl.Series:
    """Of some records, those with few cells of which one matches."""
    if at.is_empty() or not patterns:
        return at.clear()
    at = at.filter(_filled(cells, at) <= _FEW)
    found = _plain(pl.all(), at).str.contains(_any_of(patterns))
    return at.filter(_of_each(cells, pl.any_horizontal(found))) if at.len() else at


def _any_of(patterns: Sequence[str]) -> str:
    return "(?i)" + "|".join(f"(?:{text})" for text in patterns)


def _filled(cells: pl.DataFrame, at: pl.Series) -> pl.Series:
    """How many cells of each record have content."""
    return _of_each(cells, pl.sum_horizontal(_plain(pl.all(), at) != ""))


def _mostly(cells: pl.DataFrame, at: pl.Series, judge: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """Whether several cells of each record, and most of the filled ones, are so."""
    cell = _plain(pl.all(), at)
    so = _of_each(cells, pl.sum_horizontal(judge(cell) & (cell != "")))
    return (so >= _SEVERAL) & (so >= _MOST * _filled(cells, at))


def _telling_and_mostly(
    cells: pl.DataFrame, at: pl.Series, judge: Callable[[pl.Expr], pl.Expr]
) -> pl.Series:
    """Of some records, those of which the telling cells are so, all but one, and most."""
    telling = [key for key in _TELLING if key in cells.columns]
    if at.is_empty() or not telling:
        return at.filter(_mostly(cells, at, judge)) if at.len() else at
    so = pl.sum_horizontal(judge(_plain(pl.col(key), at)) for key in telling)
    at = at.filter(_of_each(cells, so) >= max(len(telling) - 1, 1))
    return at.filter(_mostly(cells, at, judge)) if at.len() else at


def _of_each(cells: pl.DataFrame, judged: pl.Expr) -> pl.Series:
    """One value for each record."""
    return cells.select(judged).to_series()
