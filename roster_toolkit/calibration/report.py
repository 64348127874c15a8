"""The error report that a portal sent back, in whatever layout, laid beside the file it answers.

A report repeats the rows of the file, or names them by number or by the person's ID. It is read by
what it holds: a column is the row number because its numbers are rows of the file, and the count
begins where the flagged cells are the oddest. A report that does not fit the file is another's.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from roster_toolkit.calibration.evidence import Given, SentFile, contents, digest
from roster_toolkit.errors import ToolkitError
from roster_toolkit.ingest import read_upload
from roster_toolkit.ingest.headers import visible
from roster_toolkit.model import Profile
from roster_toolkit.records import clean

#: One line per complaint: record of the file, header of the column that it names (null where it
#: names none), its text without the values of the row, and whether the row itself is certain. Where
#: it is one of the rows of a person, `among` is the first of them and `lines` how many are meant.
COMPLAINTS = pl.Schema(
    {
        "index": pl.UInt32,
        "header": pl.String,
        "text": pl.String,
        "certain": pl.Boolean,
        "among": pl.UInt32,
        "lines": pl.UInt32,
    }
)

#: Share of the report's rows that must be rows of the file.
_MATCHED = 0.9
#: Share of the file's headers that a report repeats where it repeats the rows.
_REPEATED = 0.6
#: Headers that it repeats, at least, where it has no row numbers.
_FEWEST_REPEATED = 3
_NEARLY_ALL = 0.95
#: Text between two errors in one cell, the plainest first.
_SEPARATORS = ("\n", " | ", "|", "; ", ";", " / ", " // ", ", ")
#: Where counting may begin: the number of a row less its index.
_COUNTS = (2, 1, 0)
_FINE = {"", "ok", "accepted", "success", "valid", "none", "imported", "processed", "passed", "-"}
_CUT_SHORT = re.compile(
    r"(?i)truncated|cut off|more errors"
    r"|\b(only|first|nur|solo|sólo|seules?|premi[eè]re?s|primer[ao]s|ersten)\b[^.]*\d"
    r"|\d+ (more|weitere|más|autres)"
)
_SHOWN_AT_MOST = (10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000)
#: Lines at the end of a report that speak of the report, at most.
_FOOTER = 2
_ROW_NUMBER = r"(?i)^(?:(?:row|line|record|zeile|fila|l[ií]nea|ligne)\s*#?)?(\d{1,9})\.?$"
_ROW_WORDS = re.compile(
    r"(?i)\b(row|line|record|zeile|fila|linea|línea|ligne|nr|no|number|#)\b|^(row|line|record)"
)


@dataclass(frozen=True)
class Answer:
    """What a portal said of the rows of a file."""

    name: str
    sha256: str
    complaints: pl.DataFrame
    """Shape `COMPLAINTS`."""
    silent: pl.Series
    """Indices of records of which nothing is known, as the report is cut short."""
    first_number: int | None
    """What the report numbers the first record, where it numbers rows."""


@dataclass(frozen=True)
class _Layout:
    """The columns of a report, by position."""

    repeated: Mapping[int, str]
    """Position → header of the file whose cells it repeats."""
    number: int | None
    person: int | None
    named: int | None
    """Where the column at fault is named."""
    texts: tuple[int, ...]


def read_answer(
    given: Given, sent: SentFile, profile: Profile, keys: Mapping[str, str], odd: pl.Series
) -> Answer:
    """The report that answers a file.

    `keys` are headers of the file and the columns that they are; `odd` are indices of records in
    which the toolkit itself finds fault, which help to find where the numbers begin. Raises
    ToolkitError with a sentence where it is no report of this file.
    """
    name, data = contents(given, "users-errors.csv")
    header, cells, detail = _table(name, data, profile)
    if not header:
        raise ToolkitError(
            f"{name} is no table{detail}; give the error report as the portal sent it."
        )
    cells = cells.filter(pl.any_horizontal(pl.all() != ""))
    if cells.is_empty():
        raise ToolkitError(
            f"{name} has no rows{detail}; give the error report as the portal sent it."
        )
    filled = pl.sum_horizontal((pl.all() != "").cast(pl.UInt32))
    alone = cells.select(filled == 1).to_series() & (cells.select(filled.max()).item() > 1)
    said = cells.select(
        pl.concat_str(pl.all(), separator=" ").str.contains(_CUT_SHORT.pattern)
    ).to_series()
    footer = alone & (said | (pl.int_range(cells.height, eager=True) >= cells.height - _FOOTER))
    note, cells = cells.filter(footer & said), cells.filter(~footer)
    layout = _layout(header, cells, sent, keys)
    if not layout.texts:
        raise ToolkitError(
            f"{name} says nothing of any row: none of its columns holds the text of an error. Give "
            "the report that the portal sent back."
        )
    lines = cells.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("line"),
        text=pl.concat_str(str(layout.texts[0])),
        named=pl.col(str(layout.named)) if layout.named is not None else pl.lit(""),
    )
    places, begin = _places(cells, layout, sent, lines, odd, name)
    told = lines.filter(~pl.col("text").str.to_lowercase().is_in(sorted(_FINE)))
    told = told.join(places, on="line", how="inner")
    complaints = _complaints(told, sent)
    about = places.join(told.select("line").unique(), on="line", how="semi")
    silent = _silent(complaints, sent, about, noted=note.height > 0)
    return Answer(name, digest(data), complaints, silent, begin)


def _table(name: str, data: bytes, profile: Profile) -> tuple[list[str], pl.DataFrame, str]:
    """Header and cells of a report, and what it is instead, where it is no table.

    The reader of users.csv knows other delimiters by our headers, which a report need not have.
    """
    upload = read_upload(data, profile, name=name)
    header = [visible(cell.typed) for cell in upload.header]
    detail = f": it is {upload.obstacle_detail}" if upload.obstacle_detail else ""
    cells = upload.cells.select(clean(pl.nth(i)).alias(str(i)) for i in range(len(header)))
    delimiter = next((d for d in "\t;|" if len(header) == 1 and d in header[0]), None)
    if delimiter is None:
        return header, cells, detail
    lines = "\n".join((header[0], *upload.cells.to_series(0)))
    apart = pl.read_csv(
        io.StringIO(lines), separator=delimiter, has_header=False, infer_schema=False,
        truncate_ragged_lines=True,
    ).select(clean(pl.all().fill_null("")))  # fmt: skip
    named = apart.rename({column: str(i) for i, column in enumerate(apart.columns)})
    return list(named.row(0)), named.slice(1), detail


def _layout(
    header: Sequence[str], cells: pl.DataFrame, sent: SentFile, keys: Mapping[str, str]
) -> _Layout:
    folded = {h.casefold(): h for h in sent.cells.columns}
    repeated = {i: folded[h.casefold()] for i, h in enumerate(header) if h.casefold() in folded}
    shared = len(set(repeated.values()))
    number = _number_column(
        header, cells, [i for i in range(len(header)) if i not in repeated], sent
    )
    if shared < _REPEATED * len(folded) and (shared < _FEWEST_REPEATED or number is not None):
        repeated = {}
    rest = [i for i in range(len(header)) if i not in repeated]
    person = None if repeated else _person_column(cells, rest, sent, keys)
    named = _naming_column(cells, rest, sent)
    others = [i for i in rest if i not in (number, person, named)]
    texts = _text_columns(header, cells, others)
    return _Layout(repeated, number, person, named, texts)


def _number_column(
    header: Sequence[str], cells: pl.DataFrame, rest: Sequence[int], sent: SentFile
) -> int | None:
    """The column of row numbers: whole numbers that are rows of the file."""
    fitting = []
    for i in rest:
        numbers = cells[str(i)].str.extract(_ROW_NUMBER).cast(pl.Int64)
        inside = numbers.is_between(0, sent.cells.height + 12).fill_null(value=False)
        if inside.any() and inside.sum() >= _NEARLY_ALL * (cells.height - _FOOTER):
            if numbers.n_unique() < 0.2 * int(inside.sum()):
                continue
            fitting.append((bool(_ROW_WORDS.search(header[i])), numbers.n_unique(), -i))
    return -max(fitting)[2] if fitting else None


def _person_column(
    cells: pl.DataFrame, rest: Sequence[int], sent: SentFile, keys: Mapping[str, str]
) -> int | None:
    """The column of the person's ID."""
    known = next((header for header, key in keys.items() if key == "userId"), None)
    if known is None:
        return None
    ids = sent.cells[known].filter(sent.cells[known] != "").unique().implode()
    for i in rest:
        found = cells[str(i)].filter(cells[str(i)] != "")
        if found.len() and found.is_in(ids).mean() >= _MATCHED:  # type: ignore[operator]
            return i
    return None


def _bare(header: str) -> str:
    return re.sub(r"[\W_]+", "", header).casefold()


def _naming_column(cells: pl.DataFrame, rest: Sequence[int], sent: SentFile) -> int | None:
    """The column that names the column at fault."""
    names = {_bare(h) for h in sent.cells.columns}
    for i in rest:
        found = cells[str(i)].filter(cells[str(i)] != "").unique()
        if found.len() and sum(_bare(v) in names for v in found) >= 0.5 * found.len():
            return i
    return None


def _text_columns(
    header: Sequence[str], cells: pl.DataFrame, others: Sequence[int]
) -> tuple[int, ...]:
    """The column of the errors' texts first: the longest texts that are not all the same."""
    said = re.compile(
        r"(?i)err|message|reason|issue|problem|fehler|meldung|mensaje|erreur|motif|detail|text|grund"
    )
    ranked = []
    for i in others:
        found = cells[str(i)].filter(~cells[str(i)].str.to_lowercase().is_in(sorted(_FINE)))
        if found.is_empty():
            continue
        ranked.append((bool(said.search(header[i])), float(found.str.len_chars().mean() or 0), -i))  # type: ignore[arg-type]
    return tuple(-place for _, _, place in sorted(ranked, reverse=True))


# --- which record a line is about -----------------------------------------------------------------


def _places(  # noqa: PLR0917  (all that is known of the report)
    cells: pl.DataFrame,
    layout: _Layout,
    sent: SentFile,
    lines: pl.DataFrame,
    odd: pl.Series,
    name: str,
) -> tuple[pl.DataFrame, int | None]:
    """`line`, `index`, `certain`: the records that each line is about; the first one's number."""
    begin: int | None = None
    if cells.is_empty():
        schema = {"line": pl.UInt32, "index": pl.UInt32, "certain": pl.Boolean}
        return pl.DataFrame(schema=schema), begin
    if layout.repeated:
        places = _by_content(cells, layout, sent)
    elif layout.number is not None:
        places, begin = _by_number(cells, layout, sent, lines, odd)
    elif layout.person is not None:
        places = _by_person(cells, layout, sent)
    else:
        raise ToolkitError(
            f"{name} does not say which rows it is about: it has neither the rows nor row numbers "
            "nor the people's IDs. Give the report as the portal sent it."
        )
    matched = places["line"].n_unique() / cells.height
    if matched < _MATCHED:
        raise ToolkitError(
            f"{name} is not the report of {sent.name}: of its {cells.height:,} lines only "
            f"{places['line'].n_unique():,} are about rows of that file. Give the file that was "
            "sent and the report that came back for it."
        )
    return places, begin


def _by_content(cells: pl.DataFrame, layout: _Layout, sent: SentFile) -> pl.DataFrame:
    """Lines that repeat a record; several copies of a record go in their order."""
    shared = dict.fromkeys(layout.repeated.values())
    positions: dict[str, str] = {}
    for i, header in layout.repeated.items():
        positions.setdefault(header, str(i))

    def keyed(frame: pl.DataFrame, names: Mapping[str, str], at: str) -> pl.DataFrame:
        bare = [pl.col(names[h]).str.strip_prefix("'").str.to_lowercase() for h in shared]
        return frame.select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias(at),
            key=pl.concat_str(bare, separator="\x1f"),
        ).with_columns(copy=pl.int_range(pl.len()).over("key"), copies=pl.len().over("key"))

    of_file = keyed(sent.cells, {h: h for h in shared}, "index")
    of_report = keyed(cells, positions, "line")
    counts = of_file.select("key", in_file="copies").unique()
    fitted = of_report.join(counts, on="key").with_columns(
        pl.min_horizontal("copy", pl.col("in_file") - 1).alias("copy")
    )
    return fitted.join(of_file.select("key", "copy", "index"), on=["key", "copy"]).select(
        "line", "index", certain=pl.lit(True)
    )


def _by_number(
    cells: pl.DataFrame, layout: _Layout, sent: SentFile, lines: pl.DataFrame, odd: pl.Series
) -> tuple[pl.DataFrame, int]:
    """Lines with the number of a row, counted from where the flagged cells are the oddest."""
    numbers = cells.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("line"),
        number=pl.col(str(layout.number)).str.extract(_ROW_NUMBER).cast(pl.Int64),
    ).drop_nulls()
    told = lines.filter(~pl.col("text").str.to_lowercase().is_in(sorted(_FINE)))
    oddness = _oddness(sent, odd)
    named = _named_headers(told, sent)
    best: tuple[tuple[float, float, int], int] | None = None
    for order, begin in enumerate(dict.fromkeys((sent.first_row, *_COUNTS))):
        index = numbers.with_columns(index=(pl.col("number") - begin))
        inside = index.filter(pl.col("index").is_between(0, sent.cells.height - 1))
        share = inside.height / max(1, numbers.height)
        flagged = inside.join(named, on="line").with_columns(pl.col("index").cast(pl.UInt32))
        score = _mean_oddness(flagged, oddness)
        if best is None or (share >= _MATCHED, score, -order) > best[0]:
            best = (share >= _MATCHED, score, -order), begin
    begin = best[1] if best else sent.first_row
    by_person = _agreeing(cells, layout, sent, numbers, begin)
    places = (
        numbers.with_columns(index=pl.col("number") - begin)
        .filter(pl.col("index").is_between(0, sent.cells.height - 1))
        .filter(~pl.col("line").is_in(by_person.implode()))
        .select("line", pl.col("index").cast(pl.UInt32), certain=pl.lit(True))
    )
    return places, begin


def _agreeing(
    cells: pl.DataFrame, layout: _Layout, sent: SentFile, numbers: pl.DataFrame, begin: int
) -> pl.Series:
    """Lines whose person is not that of the row that they number: they are about another file."""
    none = pl.Series("line", [], dtype=pl.UInt32)
    if layout.person is None:
        return none
    column = str(layout.person)
    pairs = numbers.with_columns(index=(pl.col("number") - begin)).filter(
        pl.col("index").is_between(0, sent.cells.height - 1)
    )
    here = cells[column].gather(pairs["line"])
    ids = [h for h in sent.cells.columns if sent.cells[h].is_in(here.implode()).any()]
    if not ids:
        return none
    same = (
        pl.DataFrame({h: sent.cells[h].gather(pairs["index"]) == here for h in ids})
        .select(pl.any_horizontal(pl.all()).fill_null(value=False))
        .to_series()
    )
    return pairs["line"].filter(~same & (here != ""))


def _by_person(cells: pl.DataFrame, layout: _Layout, sent: SentFile) -> pl.DataFrame:
    """Lines that name a person: certain where the person has one row."""
    column = str(layout.person)
    here = cells[column].filter(cells[column] != "").implode()
    header = max(sent.cells.columns, key=lambda h: int(sent.cells[h].is_in(here).sum()))
    people = sent.cells.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("index"), id=pl.col(header)
    ).with_columns(certain=pl.len().over("id") == 1)
    lines = cells.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("line"), id=pl.col(column))
    return lines.join(people, on="id").select("line", "index", "certain")


def _oddness(sent: SentFile, odd: pl.Series) -> pl.DataFrame:
    """How rare each cell's value is in its column, in bits; blank where all differ anyway."""
    rows = max(1, sent.cells.height)
    frame = sent.cells.select(
        (-(pl.len().over(h) / rows).log(2)).alias(h)
        if sent.cells[h].n_unique() < 0.5 * rows
        else pl.lit(0.0).alias(h)
        for h in sent.cells.columns
    )
    is_odd = pl.int_range(rows, dtype=pl.UInt32, eager=True).is_in(odd.cast(pl.UInt32).implode())
    return frame.with_columns(any=pl.sum_horizontal(pl.all()) + 5.0 * is_odd)


def _mean_oddness(flagged: pl.DataFrame, oddness: pl.DataFrame) -> float:
    if flagged.is_empty():
        return 0.0
    total = float(oddness["any"].gather(flagged["index"]).sum())
    for (header,), part in (
        flagged.drop_nulls("header").partition_by("header", as_dict=True).items()
    ):
        total += 3.0 * float(oddness[str(header)].gather(part["index"]).sum())
    return total / flagged.height


def _named_headers(told: pl.DataFrame, sent: SentFile) -> pl.DataFrame:
    """`line`, `header` that a line names, null where none."""
    bare = {_bare(h): h for h in sent.cells.columns}
    by_column = pl.col("named").str.replace_all(r"[\W_]+", "").str.to_lowercase()
    return told.select(
        "line", header=by_column.replace_strict(bare, default=None, return_dtype=pl.String)
    )


# --- what is said ---------------------------------------------------------------------------------


def _complaints(told: pl.DataFrame, sent: SentFile) -> pl.DataFrame:
    """The complaints of a report, several of one cell apart, without the values of the rows."""
    if told.is_empty():
        return pl.DataFrame(schema=COMPLAINTS)
    separator = _separator(told["text"])
    pieces = told.with_columns(
        pl.col("text").str.split(separator) if separator else pl.concat_list("text")
    ).explode("text")
    pieces = pieces.with_columns(pl.col("text").str.strip_chars(" \t\r\n;|")).filter(
        pl.col("text") != ""
    )
    plain = _without_values(pieces, sent)
    named = _named_headers(pieces, sent)["header"]
    by_text = plain.replace_strict(
        {text: header_in(text, sent.cells.columns) for text in plain.unique()},
        return_dtype=pl.String,
    )
    complaints = pieces.select(
        "index",
        pl.coalesce(named, by_text).alias("header"),
        plain.alias("text"),
        "certain",
        among=pl.col("index").min().over("line"),
    )
    counted = complaints.group_by(
        "index", "header", "text", "certain", "among", maintain_order=True
    )
    grouped = counted.agg(lines=pl.len().cast(pl.UInt32))
    rows = pl.col("index").n_unique().over("among", "text", "header")
    return grouped.with_columns(certain=pl.col("certain") | (pl.col("lines") >= rows))


def _separator(texts: pl.Series) -> str | None:
    """The text between two errors: the one that leaves the fewest different errors."""
    whole = texts.unique()
    if whole.str.contains("\n", literal=True).any():
        return "\n"
    best, fewest = None, whole.len()
    for separator in _SEPARATORS[1:]:
        pieces = whole.str.split(separator).explode().str.strip_chars()
        alone = whole.filter(~whole.str.contains(separator, literal=True))
        joined = pieces.len() > whole.len()
        recurs = pieces.is_in(alone.implode()).any() or pieces.is_duplicated().any()
        if joined and recurs and pieces.n_unique() < fewest:
            best, fewest = separator, pieces.n_unique()
    return best


def _without_values(pieces: pl.DataFrame, sent: SentFile) -> pl.Series:
    """Each text with the cells of its row, and what is in quotes, taken out."""
    rows = pieces["index"]
    frame = pl.DataFrame({"text": pieces["text"]})
    headers = {h.casefold() for h in sent.cells.columns}
    for header in sent.cells.columns:
        cell = sent.cells[header].gather(rows)
        known = cell.str.to_lowercase().is_in(sorted(headers))
        long = ((cell.str.len_chars() > 1) & ~known).fill_null(value=False)
        if not long.any():
            continue
        frame = frame.with_columns(cell=pl.when(long).then(cell).otherwise(pl.lit("\x00")))
        bounded = pl.col("text").str.contains(pl.col("cell"), literal=True) & (
            pl.col("cell") != "\x00"
        )
        if not frame.select(bounded.any()).item():
            continue
        frame = frame.with_columns(
            text=pl.when(bounded)
            .then(pl.col("text").str.split(pl.col("cell")).list.join("…"))
            .otherwise("text")
        )
    return (
        frame["text"]
        .str.replace_all(r"""(["“«„])[^"”»“]{0,90}["”»“]|(^|\s)'[^']{0,90}'""", "$2…")
        .str.replace_all(r"\S+@\S+", "…")
        .str.replace_all(r"(…[\s.,:]*)+…", "…")
        .str.strip_chars()
    )


def header_in(text: str, headers: Sequence[str]) -> str | None:
    """The header that a text names: the longest that stands in it as a word."""
    for header in sorted(headers, key=len, reverse=True):
        if len(header) > 1 and re.search(rf"(?<!\w){re.escape(header)}(?!\w)", text):
            return header
    folded = " ".join(re.findall(r"\w+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text))).casefold()
    for header in sorted(headers, key=len, reverse=True):
        words = " ".join(
            re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header))
        ).casefold()
        if len(words) > 2 and re.search(rf"\b{re.escape(words)}\b", folded):  # noqa: PLR2004
            return header
    return None


def _silent(
    complaints: pl.DataFrame, sent: SentFile, about: pl.DataFrame, *, noted: bool
) -> pl.Series:
    """Records behind the end of a report that is cut short: nothing is known of them.

    `about` are the records that each line may be about. Where the lines go in the order of the
    file, the report ends at the last line's record; else nothing is known of any that it does not
    name.
    """
    index = pl.int_range(sent.cells.height, dtype=pl.UInt32, eager=True).alias("index")
    blamed = complaints["index"].unique()
    last = int(blamed.max() or 0) if blamed.len() else 0  # type: ignore[arg-type]
    at_round_number = complaints.height in _SHOWN_AT_MOST or blamed.len() in _SHOWN_AT_MOST
    lines = about["line"].n_unique()
    cut = noted or (
        at_round_number and lines < sent.cells.height and last < 0.8 * sent.cells.height
    )
    if not cut:
        return index.head(0)
    end = _end_in_order(about)
    return index.filter((index > end) if end is not None else ~index.is_in(blamed.implode()))


def _end_in_order(about: pl.DataFrame) -> int | None:
    """The earliest record at which lines in the order of the file can end; None if they are not."""
    end = 0
    candidates = about.sort("line", "index").group_by("line", maintain_order=True).agg("index")
    for records in candidates["index"].to_list():
        place = bisect_left(records, end)
        if place == len(records):
            return None
        end = records[place]
    return end
