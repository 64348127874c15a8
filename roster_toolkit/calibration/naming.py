"""Which of a portal's columns is which of ours: by name, by words, by what the cells hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from roster_toolkit.calibration.evidence import SentFile
from roster_toolkit.calibration.families import are_grades, is_flag, role_by_word
from roster_toolkit.calibration.header_words import by_words
from roster_toolkit.ingest.headers import header_names
from roster_toolkit.model import HeaderMatch, Profile

#: Below this, a header is not paired with a column.
_ENOUGH = 1.75
#: How much better the best pair must be than its rivals to be likely and not a guess.
_CLEARLY = 0.75
#: A name of a person, a subject or a class without numbers.
_NAME = r"^[\p{L}][\p{L}\p{M}\p{Pf}\p{Pi} .,'`()-]*$"
_NEARLY_ALL = 0.9
_HARDLY_ANY = 0.05
#: Share of the cells that hold the usual values.
_USUAL = 0.97
_MOST_VALUES = 200
#: Rows of a role, from which on they say something.
_FEWEST_ROWS = 3
#: Distinct values of a closed list, at most.
_MOST_ROLES = 12
_MOST_SUBJECTS = 20
#: Different values for each class, from which on classes have values of their own.
_OF_ITS_OWN = 0.3


@dataclass(frozen=True)
class Naming:
    """The portal's headers and our columns."""

    order: tuple[str, ...]
    """The portal's headers in the order of its template."""
    keys: Mapping[str, str]
    """Header → key of our column."""
    sure: Mapping[str, str]
    """Header → how sure the pair is: `certain`, `likely` or `guess`."""
    extra: tuple[str, ...]
    """Headers that are none of our columns."""
    absent: tuple[str, ...] = field(default=())
    """Keys of our columns that the portal does not have."""

    def header_of(self, key: str) -> str | None:
        """The portal's header for one of our columns."""
        return next((header for header, known in self.keys.items() if known == key), None)


def name_columns(
    order: Sequence[str], files: Sequence[SentFile], profile: Profile, told: Mapping[str, str]
) -> Naming:
    """Pair headers with columns.

    `told` are descriptions of headers, from a dictionary. Two headers never mean one column; where
    two could, the one with more reasons is taken, and the pair is a guess.
    """
    names = header_names(profile)
    keys: dict[str, str] = {}
    sure: dict[str, str] = {}
    for wanted in (HeaderMatch.EXACT, HeaderMatch.CASE, HeaderMatch.ALIAS):
        for header in order:
            match, key = names.meaning(header)
            if match is wanted and key and header not in keys and key not in keys.values():
                keys[header] = key
                sure[header] = "certain" if wanted is HeaderMatch.EXACT else "likely"
    cells = _cells(files, order)
    open_headers = [header for header in order if header not in keys]
    open_keys = [c.key for c in profile.columns.values() if c.key not in keys.values()]
    for wanted_keys in _IN_TURN:
        columns = {
            h: _Column(h, cells, keys, told.get(h, "")) for h in open_headers if h not in keys
        }
        _pair(
            columns,
            [k for k in open_keys if k in wanted_keys and k not in keys.values()],
            keys,
            sure,
        )
    columns = {h: _Column(h, cells, keys, told.get(h, "")) for h in open_headers if h not in keys}
    _pair_names(open_headers, columns, keys, sure)
    return Naming(
        order=tuple(order),
        keys={header: keys[header] for header in order if header in keys},
        sure=sure,
        extra=tuple(header for header in order if header not in keys),
        absent=tuple(key for key in profile.columns if key not in keys.values()),
    )


#: Columns that are paired before others, which are easier to tell beside them.
_IN_TURN = (
    ("userEmail", "userRole"),
    ("userGrade", "classGrade", "className", "classDisplayName", "classSubject", "primary_teacher",
     "userFirstName", "userLastName"),
)  # fmt: skip


def _pair(
    columns: Mapping[str, _Column],
    wanted: Sequence[str],
    keys: dict[str, str],
    sure: dict[str, str],
) -> None:
    """Pair headers with some columns, those with the most reasons first."""
    headers = list(columns)
    scored = sorted(
        (-score, place, key)
        for place, header in enumerate(headers)
        for key in wanted
        if (score := columns[header].score(key)) >= _ENOUGH
    )
    for score, place, key in scored:
        header = headers[place]
        if header in keys or key in keys.values():
            continue
        rivals = [
            -s
            for s, p, k in scored
            if (p == place) != (k == key) and headers[p] not in keys and k not in keys.values()
        ]
        keys[header] = key
        sure[header] = "likely" if -score - max(rivals, default=0.0) >= _CLEARLY else "guess"


def _cells(files: Sequence[SentFile], order: Sequence[str]) -> pl.DataFrame:
    """The cells of all files below each other; null where a file lacks a column."""
    frames = [
        file.cells.with_row_index("#").filter(~pl.col("#").is_in(file.unread.implode())).drop("#")
        for file in files
    ]
    if not frames:
        return pl.DataFrame(schema=dict.fromkeys(order, pl.String))
    return pl.concat(frames, how="diagonal").with_columns(
        pl.lit(None, dtype=pl.String).alias(h)
        for h in order
        if all(h not in f.columns for f in frames)
    )


class _Column:
    """One of the portal's columns, and what its cells say of its meaning."""

    def __init__(
        self, header: str, cells: pl.DataFrame, keys: Mapping[str, str], told: str
    ) -> None:
        self.header, self.told, self.place = header, told, 0.0
        own = pl.col(header)
        known = {key: typed for typed, key in keys.items()}
        self.filled = cells.filter(own != "")[header]
        self.rows = cells[header].drop_nulls().len()
        self.values = _usual_values(self.filled)
        self.person = _constant(cells, header, known.get("userId"))
        self.klass = _constant(cells, header, known.get("classId"))
        class_id = known.get("classId")
        with_class = cells.filter(pl.col(class_id) != "") if class_id else cells.clear()
        without = cells.filter(pl.col(class_id) == "") if class_id else cells.clear()
        self.with_class, self.without_class = _share(with_class, header), _share(without, header)
        self.any_without = without.height > 0
        names = self.filled.str.contains(_NAME)
        self.letters = _mean(names)
        self.addresses = _mean(self.filled.str.contains("^[^@ ]+@[^@ ]+$"))
        self.distinct = self.filled.n_unique()
        classes = with_class[class_id].n_unique() if class_id else 0
        self.per_class = self.distinct / classes if classes else 0.0
        self.initials = self._in_address(cells, known.get("userEmail"))
        self.knows_roles = "userRole" in known
        self.by_role = _told_by(cells, header, known.get("userRole"))
        self.tells = 0.0
        if 2 <= len(self.values) <= 6:  # noqa: PLR2004
            others = [
                h for h in cells.columns if h != header and h not in (class_id, known.get("action"))
            ]
            self.tells = max((_told_by(cells, other, header) for other in others), default=0.0)

    def _in_address(self, cells: pl.DataFrame, address: str | None) -> float:
        """The share of cells whose letters stand in the person's address."""
        if address is None or self.letters < _NEARLY_ALL:
            return 0.0
        pairs = cells.filter(pl.col(self.header) != "", pl.col(address) != "").head(500)
        if pairs.is_empty():
            return 0.0
        local = pl.col(address).str.to_lowercase().str.extract("^([^@]*)")
        word = pl.col(self.header).str.to_lowercase().str.replace_all(r"[^\p{L}]", "")
        place = local.str.find(word, literal=True)
        told = pairs.select(place.mean().alias("place"), place.is_not_null().mean().alias("share"))
        self.place = float(told["place"][0] or 0)
        return float(told["share"][0] or 0)

    def score(self, key: str) -> float:
        """How much speaks for its being column `key`."""
        words = max(
            by_words(self.header, key), 0.75 * by_words(self.told, key) if self.told else -1
        )
        if not self.filled.len():
            return words + 0.5 if words > 0 else 0.0
        content = self._content(key)
        return words + content if content >= 0 else 0.0

    def _content(self, key: str) -> float:  # noqa: PLR0911
        """How well its cells fit column `key`, from 0 to 3; negative where they cannot be it."""
        grades = are_grades(self.values)
        match key:
            case "userEmail":
                return 3.0 if self.addresses >= _NEARLY_ALL else -1.0
            case "userRole":
                return self._as_role()
            case "userGrade":
                return self._as_grade_of_person() if grades else -1.0
            case "classGrade":
                fits = grades and self.klass >= _NEARLY_ALL
                return 1.0 + self._of_class() if fits else -1.0
            case "userFirstName" | "userLastName":
                fits = self.letters >= _NEARLY_ALL and self.person >= _NEARLY_ALL and not grades
                return 0.5 if fits and self.distinct > _MOST_ROLES else -1.0
            case "className":
                own = float(self.per_class > _OF_ITS_OWN) - is_flag(self.values)
                return self._of_class() + own if not grades else -1.0
            case "classDisplayName":
                return 0.5 * self._of_class() if not grades else -1.0
            case "classSubject":
                few = len(self.values) <= _MOST_SUBJECTS and self.letters >= _NEARLY_ALL
                return 0.5 * self._of_class() + 0.5 if few and not is_flag(self.values) else -1.0
            case "primary_teacher":
                return 0.5 if is_flag(self.values) else -1.0
            case _:
                return -1.0

    def _as_grade_of_person(self) -> float:
        """Whether grades are those of people: constant for each, filled for some roles alone."""
        if self.person < _NEARLY_ALL:
            return -1.0
        if self.any_without and self.without_class <= _HARDLY_ANY:
            return 0.5  # a fact of the class, which its students share
        if self.knows_roles:
            return 1.0 + 2.0 * self.by_role
        return 1.0 + self.person * (self.with_class < _NEARLY_ALL or not self.any_without)

    def _as_role(self) -> float:
        if (
            self.distinct > _MOST_ROLES
            or self.person < _NEARLY_ALL
            or self.filled.len() < _NEARLY_ALL * self.rows
        ):
            return -1.0
        means = {role_by_word(value) for value in self.values}
        if "student" in means and "staff" in means:
            return 2.5
        few = 2 <= len(self.values) <= 6 and not is_flag(self.values)  # noqa: PLR2004
        return 1.0 + 1.5 * self.tells if few else 0.0

    def _of_class(self) -> float:
        """Whether its cells are facts of the class: 2 where they stand with a class alone."""
        if self.klass < _NEARLY_ALL or self.with_class < 0.3:  # noqa: PLR2004
            return -1.0
        return 2.0 if self.any_without and self.without_class <= _HARDLY_ANY else 1.0


def _mean(mask: pl.Series) -> float:
    return float(mask.sum()) / mask.len() if mask.len() else 0.0


def _usual_values(filled: pl.Series) -> list[str]:
    """The values of nearly all cells, the most frequent first: what is left are slips."""
    counts = filled.value_counts(sort=True)
    before = counts["count"].cum_sum() - counts["count"]
    usual = counts.filter(before < _USUAL * filled.len())
    return usual.head(_MOST_VALUES)[filled.name].to_list()


def _told_by(cells: pl.DataFrame, header: str, role: str | None) -> float:
    """How well the role tells whether a cell is filled: 1 where it always does."""
    if role is None:
        return 0.0
    shares = (
        cells.filter(pl.col(role) != "", pl.col(header).is_not_null())
        .group_by(role)
        .agg(share=(pl.col(header) != "").mean(), rows=pl.len())
        .filter(pl.col("rows") >= _FEWEST_ROWS)
    )
    if shares.height <= 1:
        return 0.0
    return float(shares.select(pl.col("share").max() - pl.col("share").min()).item())


def _constant(cells: pl.DataFrame, header: str, subject: str | None) -> float:
    """The share of rows that state what most rows of their subject do, where it has several."""
    if subject is None:
        return 0.0
    counts = (
        cells.filter(pl.col(subject) != "", pl.col(header) != "")
        .group_by(subject, header)
        .len()
        .group_by(subject)
        .agg(most=pl.col("len").max(), rows=pl.col("len").sum())
        .filter(pl.col("rows") > 1)
    )
    return float(counts["most"].sum()) / float(counts["rows"].sum()) if counts.height else 1.0


def _share(cells: pl.DataFrame, header: str) -> float:
    """The share of rows in which a column is filled."""
    return float(cells.select((pl.col(header) != "").mean()).item() or 0) if cells.height else 0.0


def _pair_names(
    headers: Sequence[str],
    columns: Mapping[str, _Column],
    keys: dict[str, str],
    sure: dict[str, str],
) -> None:
    """Columns of people's names that no word tells: those whose cells stand in the addresses.

    The first name is the one that stands first, as in nearly every list of people.
    """
    wanted = [key for key in ("userFirstName", "userLastName") if key not in keys.values()]
    fitting = [
        header
        for header in headers
        if header not in keys
        and columns[header].score("userFirstName") >= 0.5  # noqa: PLR2004
        and by_words(header, "userFirstName") >= 0
    ]
    fitting = sorted(fitting, key=lambda h: -columns[h].initials)[: len(wanted)]
    if not wanted or len(fitting) < len(wanted):
        return
    in_order = sorted(fitting, key=lambda h: (columns[h].place, headers.index(h)))
    for header, key in zip(in_order, wanted, strict=True):
        keys[header] = key
        sure[header] = "guess"
