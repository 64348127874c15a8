"""Match unknown headers with absent columns by the contents of their cells.

A translated header cannot be matched by name, but a column of addresses can by its cells. A match
is only suggested: no rule uses it until a person confirms it. Three kinds of evidence count: cells
that fit one column only (addresses, roles, grades, flags), IDs in one-to-one correspondence with
the addresses, and a gap in the order of the template that the unknown columns fill exactly.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import polars as pl

from roster_toolkit.ingest.headers import header_names, visible
from roster_toolkit.ingest.whole_names import whole_names
from roster_toolkit.model import Column, HeaderCell, HeaderMatch, Profile

#: Minimum share of the filled cells that must match.
_NEARLY_ALL = 0.9
#: Minimum filled cells, and minimum distinct people, for a match.
_FEWEST, _FEWEST_PEOPLE = 2, 5
#: Minimum rows per school.
_ROWS_OF_A_SCHOOL = 5
_MOST_COLUMNS = 60
_YEAR = r"^(19|20)\d\d$"
_INVISIBLE = r"^[\s\p{Cf}]+|[\s\p{Cf}]+$"


def with_pairs(
    header: tuple[HeaderCell, ...], cells: pl.DataFrame, profile: Profile
) -> tuple[HeaderCell, ...]:
    """The header, with a likely column for each unknown header whose cells match one."""
    unknown = [i for i, cell in enumerate(header) if cell.match is HeaderMatch.UNKNOWN]
    names = header_names(profile)
    named = [
        i for i in unknown if visible(header[i].typed) and not names.of_others(header[i].typed)
    ]
    meant = {cell.key for cell in header if cell.key}
    absent = [column.key for column in profile.in_file if column.key not in meant]
    if not named or not absent or len(unknown) > _MOST_COLUMNS or not cells.height:
        return header
    pairing = _Pairing(header, cells, profile, named, absent)
    pairs = pairing.match_all()
    return tuple(
        replace(cell, match=HeaderMatch.LIKELY, key=pairs[i]) if i in pairs else cell
        for i, cell in enumerate(header)
    )


def _filled(cells: pl.Series) -> pl.Series:
    values = cells.str.replace_all(_INVISIBLE, "")
    return values.filter(values != "")


def _share(mask: pl.Series) -> float:
    return float(mask.mean() or 0)  # type: ignore[arg-type]


class _Pairing:
    """Matches unknown headers with absent columns, strongest evidence first."""

    def __init__(
        self,
        header: Sequence[HeaderCell],
        cells: pl.DataFrame,
        profile: Profile,
        unknown: Sequence[int],
        absent: Sequence[str],
    ) -> None:
        self.header, self.cells, self.profile = header, cells, profile
        self.names = header_names(profile)
        self.values = {i: _filled(cells.to_series(i)) for i in unknown}
        self.unknown, self.absent = list(unknown), list(absent)
        self.pairs: dict[int, str] = {}

    def match_all(self) -> Mapping[int, str]:
        """Position of a header → key of its likely column."""
        self._by_form()
        self._by_people()
        self._by_school()
        self._by_order()
        return self.pairs

    def _pair(self, position: int, key: str) -> None:
        self.pairs[position] = key
        self.unknown.remove(position)
        self.absent.remove(key)

    def _at(self, key: str) -> pl.Series | None:
        """The cells of a column that is in the file or already matched."""
        keys = {cell.key: i for i, cell in enumerate(self.header) if cell.key}
        keys |= {paired: i for i, paired in self.pairs.items()}
        return self.cells.to_series(keys[key]) if key in keys else None

    # --- cells that fit one column only ----------------------------------------------------------

    def _by_form(self) -> None:
        groups: dict[str, list[str]] = {}
        for key in self.absent:
            column = self.profile.columns[key]
            form = column.vocabulary or (column.kind if self._has_unique_form(column) else None)
            if form is not None:
                groups.setdefault(form, []).append(key)
        for keys in groups.values():
            column = self.profile.columns[keys[0]]
            fitting = [i for i in self.unknown if self._has_form(i, column)]
            if column.vocabulary and self.profile.vocabularies[column.vocabulary].meaning("yes"):
                fitting = [i for i in fitting if self._flags_staff_only(i)]
            self._assign(fitting, keys)

    def _has_unique_form(self, column: Column) -> bool:
        """Whether IDs and names never match the pattern of a column."""
        pattern = self.profile.kinds[column.kind].pattern or ""
        return "@" in pattern

    def _has_form(self, position: int, column: Column, fewest: int = _FEWEST) -> bool:
        values = self.values[position]
        if values.len() < fewest:
            return False
        vocabulary = self.profile.vocabulary_of(column)
        if vocabulary is None:
            pattern = self.profile.kinds[column.kind].pattern or ""
            return _share(values.str.contains(pattern)) >= _NEARLY_ALL
        flags = vocabulary.meaning("yes")
        tables = (vocabulary.safe,) if flags else (vocabulary.safe, vocabulary.likely)
        spelled = {word for table in tables for words in table.values() for word in words}
        spelled |= {word.lower() for word in vocabulary.accepts}
        return _share(values.str.to_lowercase().is_in(sorted(spelled))) >= _NEARLY_ALL

    def _flags_staff_only(self, position: int) -> bool:
        """Whether a flag is yes for staff only; False where no column of roles is known."""
        roles = self._at("userRole")
        if roles is None:
            return False
        flags = self.cells.to_series(position).str.to_lowercase()
        vocabulary = self.profile.vocabulary_of(self.profile.columns["primary_teacher"])
        if vocabulary is None:
            return False
        yes_words = {word.lower() for word in vocabulary.meaning("yes")}
        yes_words |= {w for v in vocabulary.meaning("yes") for w in vocabulary.safe.get(v, ())}
        students = roles.is_in(self.profile.values_meaning("userRole", "student"))
        is_flag = flags.is_in(sorted(yes_words))
        return bool(is_flag.any()) and not (is_flag & students).any()

    def _assign(self, fitting: Sequence[int], keys: Sequence[str]) -> None:
        """Match in the order of file and template; by similar names where the counts differ."""
        if len(fitting) == len(keys):
            for position, key in zip(fitting, list(keys), strict=True):
                self._pair(position, key)
            return
        if not fitting or (len(fitting) > 1 and len(keys) > 1):
            return
        ranked = sorted(
            ((self._likeness(i, key), -i, key) for i in fitting for key in keys), reverse=True
        )
        best, second = ranked[0], ranked[1]
        if best[0] > second[0]:
            self._pair(-best[1], best[2])

    def _likeness(self, position: int, key: str) -> float:
        word = self.names.bare(self.header[position].typed)
        return max(
            difflib.SequenceMatcher(None, word, name, autojunk=False).ratio()
            for name in self.names.names[key]
        )

    # --- IDs ----------------------------------------------------------------------------------

    def _by_people(self) -> None:
        """userId: the only column of IDs in one-to-one correspondence with the addresses."""
        addresses = self._at("userEmail")
        if "userId" not in self.absent or addresses is None:
            return
        people = addresses.n_unique()
        fitting = [
            i
            for i in self.unknown
            if people >= _FEWEST_PEOPLE
            and self._are_ids(i)
            and self.cells.to_series(i).n_unique() == people
            and pl.DataFrame([self.cells.to_series(i), addresses]).n_unique() == people
        ]
        if len(fitting) == 1:
            self._pair(fitting[0], "userId")

    def _by_school(self) -> None:
        """schoolId: the only column of IDs that each class has one of, with many rows per ID."""
        classes = self._at("classId")
        if "schoolId" not in self.absent or classes is None:
            return
        fitting = [
            i
            for i in self.unknown
            if self._are_ids(i)
            and self.cells.to_series(i).n_unique() * _ROWS_OF_A_SCHOOL <= self.cells.height
            and not self.values[i].str.contains(_YEAR).all()
            and _determined(self.cells.to_series(i), classes)
            and not _determined(classes, self.cells.to_series(i))
        ]
        if len(fitting) == 1 and self.values[fitting[0]].n_unique() > 1:
            self._pair(fitting[0], "schoolId")

    def _are_ids(self, position: int) -> bool:
        """Whether every cell is filled and matches the pattern of IDs with at least one digit."""
        values = self.values[position]
        pattern = self.profile.kinds["identifier"].pattern or ""
        ids = values.str.contains(pattern) & values.str.contains(r"\d")
        return values.len() == self.cells.height and bool(ids.all())

    # --- the order of the template ------------------------------------------------------------

    def _by_order(self) -> None:
        """Fill a gap of the template with the unknown columns at its place, if the counts agree."""
        keys = [self.pairs.get(i, cell.key) for i, cell in enumerate(self.header)]
        order = {key: place for place, key in enumerate(self.profile.columns)}
        anchors = [(i, order[key]) for i, key in enumerate(keys) if key in order]
        if len(anchors) < _FEWEST:
            return
        template = list(self.profile.columns)
        edges = [(-1, -1), *anchors, (len(keys), len(template))]
        for (left, before), (right, after) in pairwise(edges):
            positions = [i for i in range(left + 1, right) if i in self.unknown]
            gap = [key for key in template[before + 1 : after] if key in self.absent]
            if len(positions) != right - left - 1 or after <= before:
                continue
            needed = [k for k in gap if self.profile.columns[k].must_be_there]
            for candidates in (gap, needed):
                if positions and len(candidates) == len(positions):
                    self._fill(positions, candidates)
                    break

    def _fill(self, positions: Sequence[int], keys: Iterable[str]) -> None:
        pairs = list(zip(positions, keys, strict=True))
        if all(self._could_hold(position, key) for position, key in pairs):
            for position, key in pairs:
                self._pair(position, key)

    def _could_hold(self, position: int, key: str) -> bool:
        """Whether the cells do not contradict a column."""
        column, values = self.profile.columns[key], self.values[position]
        if values.is_empty():
            return not column.must_be_there or column.identifies is None
        if column.vocabulary is not None:
            return self._has_form(position, column, fewest=1)
        if whole_names(values) or self._dates(values):
            return False
        addresses = _share(values.str.contains("@", literal=True))
        if self._has_unique_form(column):
            return addresses >= _NEARLY_ALL
        pattern = self.profile.kinds[column.kind].pattern
        if pattern is None:
            words = _share(values.str.contains(r"\p{L}"))
            return addresses < 1 - _NEARLY_ALL and words >= _NEARLY_ALL
        digits = values.str.contains(r"\d")
        return _share(values.str.contains(pattern) & digits) >= _NEARLY_ALL

    def _dates(self, values: pl.Series) -> bool:
        return _share(values.str.contains(r"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}$")) >= _NEARLY_ALL


def _determined(value: pl.Series, by: pl.Series) -> bool:
    """Whether each value of `by` occurs with one `value` only (a functional dependency)."""
    pairs = pl.DataFrame([value.alias("value"), by.alias("by")]).filter(pl.col("by") != "")
    return pairs.n_unique() == pairs["by"].n_unique()
