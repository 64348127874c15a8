"""From what the portal took and complained of to values, requirements and rules.

Everything here is counting: per column, value, role and class, how many cells the portal saw
without complaint, and how many it complained of. What was accepted once is right; what nobody has
tried is not known, and stays as the profile has it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from roster_toolkit.calibration.changes import Change
from roster_toolkit.calibration.documents.accepted_values import (
    Accepted,
    values_of_cell,
    values_of_prose,
)
from roster_toolkit.calibration.documents.dictionary import Entry
from roster_toolkit.calibration.facts import BLAMED, Facts
from roster_toolkit.calibration.families import (
    ROLE_MEANINGS,
    Series,
    flag_series,
    grade_of,
    grade_series,
    role_by_word,
    role_series,
)
from roster_toolkit.calibration.model import About, Sure
from roster_toolkit.calibration.naming import Naming
from roster_toolkit.model import Column, Evidence, Need, Profile, Requirement, Vocabulary
from roster_toolkit.text import counted

#: Rows from which on something without a counterexample is certain.
_MANY = 20
#: Below this, what is seen is no accident.
_CHANCE = 0.01
#: Accepted values that show that words are a list, if all are among them.
_SEVERAL = 2
#: The cell that an error speaks of, as texts have it; behind a comma the dots end a list.
_CELL = re.compile(r"(?<!, )…")
_KEYS = ("schoolId", "userId", "classId", "action")


@dataclass(frozen=True)
class Learner:
    """Learns from facts, for a profile whose headers are the portal's already."""

    facts: Facts
    naming: Naming
    base: Profile
    draft: Profile
    """The base with what has been learned so far."""
    stated: Mapping[str, Entry]
    """Header → what the portal's dictionary says of it."""
    stated_in: str = ""
    """The dictionary's file."""

    # --- values -----------------------------------------------------------------------------------

    def values(self) -> Iterator[Change]:
        """What each column with a closed list accepts."""
        for key, column in self.base.columns.items():
            header = self.naming.header_of(key)
            if header is None or not column.vocabulary or key == "action":
                continue
            change = self._values_of(key, header, self.base.vocabularies[column.vocabulary])
            if change is not None:
                yield change

    def _values_of(self, key: str, header: str, ours: Vocabulary) -> Change | None:
        right = self._counts(header, self.facts.innocent(header))
        stated, stated_in = self._stated_values(header, right)
        if not right and not stated:
            return None
        if set(right) | set(stated) <= set(ours.accepts) and not stated:
            rejected = self._rejected_values(header, right, ours.accepts)
            accepts = tuple(v for v in ours.accepts if v not in rejected)
            spelled = {v: v for v in accepts}
            series = None
        else:
            series = self._series(key, header, right, stated)
            rejected = self._rejected_values(header, right, series.values)
            accepts = tuple(v for v in series.values if v not in rejected) or tuple(right)
            others = [v for v in (*right, *stated) if v not in accepts and v not in rejected]
            accepts += tuple(dict.fromkeys(others))
            spelled = {meaning: values[0] for meaning, values in series.spelled.items() if values}
        if accepts == ours.accepts:
            return None
        staff = len(series.spelled.get("teacher", ())) if series else 0
        told = key == "userRole" and staff > 1  # a third role, whatever it is called
        complete = series is None or series.complete or bool(stated) or told or bool(rejected)
        patch = vocabulary_patch(
            key, ours, accepts, spelled, complete=complete, roles=self._means(key, series)
        )
        return Change(
            about=About.ACCEPTS,
            column=key,
            before=", ".join(ours.accepts),
            after=", ".join(accepts) + ("" if complete else ", …"),
            why=_why_values(right, series, stated, stated_in),
            patch=patch,
            sources=(*self._sources(header, right), *((stated_in,) if stated else ())),
            rows_for=sum(right.values()),
            rows_against=sum(rejected.values()),
            example_row=self._example(header, right),
            sure=Sure.CERTAIN if sum(right.values()) >= _MANY or stated else Sure.LIKELY,
        )

    def _stated_values(self, header: str, right: Mapping[str, int]) -> tuple[tuple[str, ...], str]:
        """The values that the portal lists, and the file that says so.

        Those of its dictionary; else those of an error about the column that lists them all: each
        value that the portal accepted is among them, and none that the error stands at.
        """
        entry = self.stated.get(header)
        if entry and entry.values:
            return entry.values, self.stated_in
        told: tuple[tuple[str, ...], str] = (), ""
        for case in self.facts.cases:
            if case.answer is None or header not in case.sent.cells.columns:
                continue
            here = case.complaints.filter("certain", pl.col("header") == header)
            for (text,), part in here.group_by("text", maintain_order=True):
                wrong = case.sent.cells[header].gather(part["index"])
                listed = _listed_in(_CELL.sub("", str(text)), certain=len(right) >= _SEVERAL)
                fits = set(right) <= set(listed.values) and not wrong.is_in(listed.values).any()
                if listed.closed and fits and len(listed.values) > len(told[0]):
                    told = listed.values, case.answer.name
        return told

    def _series(
        self, key: str, header: str, right: Mapping[str, int], stated: tuple[str, ...]
    ) -> Series:
        if key == "userRole":
            behaves = self._behaviour(header)
            known = {v: behaves.get(v) or role_by_word(v) for v in (*right, *stated)}
            return role_series({v: known[v] for v in right}, {v: known[v] for v in stated})
        if key == "primary_teacher":
            flags = flag_series(right, stated)
            return flags if flags.complete else self._told_flags(header, right) or flags
        ranked = sorted(right, key=lambda value: -right[value])
        return grade_series(ranked, stated)

    def _told_flags(self, header: str, right: Mapping[str, int]) -> Series | None:
        """A yes and a no in words that nobody knows: who leads a class alone says yes."""
        class_id = self.naming.header_of("classId")
        if len(right) != 2 or class_id is None:  # noqa: PLR2004  (yes and no)
            return None
        flagged = self.facts.frame.filter(pl.col(header).is_in(list(right)), pl.col(class_id) != "")
        alone = flagged.filter(pl.len().over("#file", class_id) == 1)
        counts = dict(alone.group_by(header).len().iter_rows())
        yes = max(right, key=lambda value: (counts.get(value, 0), right[value], value))
        no = next(value for value in right if value != yes)
        return Series({"yes": (yes,), "no": (no,)}, frozenset(), complete=True)

    def _behaviour(self, header: str) -> Mapping[str, str | None]:
        """Role → whether its people have a grade, and so are students."""
        grade = self.naming.header_of("userGrade")
        if grade is None:
            return {}
        shares = (
            self.facts.frame.filter(pl.col(header) != "", pl.col(grade).is_not_null())
            .group_by(header)
            .agg(graded=(pl.col(grade) != "").mean())
        )
        graded = dict(shares.iter_rows())
        if not graded or max(graded.values()) - min(graded.values()) < 0.5:  # noqa: PLR2004
            return {}
        return {v: "student" if share > 0.5 else "staff" for v, share in graded.items()}  # noqa: PLR2004

    def _means(self, key: str, series: Series | None) -> Mapping[str, str]:
        """Value → what it means to the toolkit, for roles and flags."""
        if series is None or key not in ("userRole", "primary_teacher"):
            return {}
        return {
            value: (
                ("student" if meaning == "student" else "staff") if key == "userRole" else meaning
            )
            for meaning, values in series.spelled.items()
            for value in values
        }

    def _rejected_values(
        self, header: str, right: Mapping[str, int], plausible: Collection[str]
    ) -> dict[str, int]:
        """Values that were complained of, and never accepted, by a text that is about values.

        A text is about values if it stands at one that nobody would accept, too; else it may be
        about the person or the class.
        """
        told = []
        for case in self.facts.cases:
            here = case.complaints.filter("certain", pl.col("header") == header)
            if header in case.sent.cells.columns:
                cells = case.sent.cells[header].gather(here["index"])
                told.append(here.select("text", value=cells))
        if not told:
            return {}
        wrong = pl.concat(told).filter(pl.col("value") != "", ~pl.col("value").is_in(list(right)))
        about_values = wrong.filter(~pl.col("value").is_in(list(plausible)))["text"].unique()
        of_values = wrong.filter(pl.col("text").is_in(about_values.implode()))
        counted = of_values.group_by("value").len().filter(pl.col("len") > 1)
        return dict(counted.sort("value").iter_rows())

    # --- requirements -----------------------------------------------------------------------------

    def requirements(self) -> Iterator[Change]:
        """Of whom each cell is asked."""
        for header in self.naming.order:
            key = self.naming.keys.get(header)
            if key in _KEYS or header not in self.facts.headers:
                continue
            column = self.draft.columns.get(key or header)
            if column is not None:
                yield self._requirement(header, column)

    def _requirement(self, header: str, column: Column) -> Change:
        known = self.base.columns.get(column.key)
        optional = Requirement(students=Need.OPTIONAL, staff=Need.OPTIONAL)
        now = known.requirement if known else optional
        entry = self.stated.get(header)
        needs, stated = {}, False
        support = against = 0
        groups = {"students": self.students, "staff": self.staff}
        if column.about == "class":  # whose facts are the same in the rows of both
            groups = dict.fromkeys(groups, pl.lit(value=True))
        for whose, group in groups.items():
            need, rows, other = self._need(header, column, getattr(now, whose), group)
            told = getattr(entry, whose, None) if entry else None
            if told and entry and not rows:
                need = _as_stated(Need(told), getattr(now, whose), implied=entry.implied)
                stated = stated or need is not getattr(now, whose)
            needs[whose], support, against = need, support + rows, against + other
        needs = self._alike(header, needs, now)
        learned = Requirement(**needs)
        patch: dict[str, Any] = {
            "requirement": _written(learned),
            "evidence": {"requirement": "seen"},
        }
        if column.key not in self.base.columns and not learned.never:
            patch |= {"judged": True}
        blank = self.facts.frame.filter(self.facts.innocent(header), pl.col(header) == "")
        example = blank if blank.height else self.facts.frame.filter(pl.col(BLAMED + header))
        return Change(
            about=About.REQUIREMENT,
            column=column.key,
            before=now.value,
            after=learned.value,
            why=f"{self.stated_in} says so"
            if stated
            else f"seen in {counted(support, 'row')} whose cells may be blank",
            patch={"columns": {column.key: patch}},
            sources=(*self._files(example), *((self.stated_in,) if stated else ())),
            rows_for=support,
            rows_against=against,
            example_row=self._row(example),
            sure=Sure.CERTAIN if support >= _MANY and not against else Sure.LIKELY,
        )

    def _alike(self, header: str, needs: dict[str, Need], now: Requirement) -> dict[str, Need]:
        """What was found to be asked of one kind of person is asked of the other too.

        Where nobody of the other kind has a blank cell that was accepted, in many rows.
        """
        for whose, other, group in (
            ("students", "staff", self.staff), ("staff", "students", self.students)
        ):  # fmt: skip
            asked = (Need.REQUIRED, Need.WITH_CLASS)
            newly = needs[whose] in asked and getattr(now, whose) is not needs[whose]
            if not newly or needs[other] is not Need.OPTIONAL:
                continue
            cell, innocent = pl.col(header), self.facts.innocent(header)
            inside = self._in_class if needs[whose] is Need.WITH_CLASS else pl.lit(value=True)
            blank, filled = (
                self.facts.frame.filter(group & inside & ~self.removes & innocent)
                .select((cell == "").sum().alias("blank"), (cell != "").sum().alias("filled"))
                .row(0)
            )
            if not blank and filled >= _MANY:
                needs[other] = needs[whose]
        return self._as_free(header, needs, now)

    def _as_free(self, header: str, needs: dict[str, Need], now: Requirement) -> dict[str, Need]:
        """What one kind of person may leave blank, the other may too, if its cells allow it.

        What was merely assumed of both is refuted by one; what is known holds for the other where
        so many of its cells are filled that at the first one's rate some would be blank.
        """
        column = self.base.columns.get(self.naming.keys.get(header, ""))
        refuted = column is not None and column.evidence.get("requirement") is Evidence.ASSUMED
        person = self.naming.header_of("userId")
        for free, other, mine, theirs in (
            ("students", "staff", self.students, self.staff),
            ("staff", "students", self.staff, self.students),
        ):
            loosened = needs[free] is Need.OPTIONAL and getattr(now, free) is Need.REQUIRED
            if (
                not loosened
                or needs[other] is not Need.REQUIRED
                or getattr(now, other) is not Need.REQUIRED
            ):
                continue
            frame = self.facts.frame.filter(~self.removes)
            blamed = frame.filter(theirs & pl.col(BLAMED + header) & (pl.col(header) == "")).height
            people = frame.filter(self.facts.innocent(header)).unique(person or "#index")
            blank = people.filter(mine).select((pl.col(header) == "").mean()).item() or 0.0
            filled = people.filter(theirs).height
            if not blamed and (refuted or (1 - blank) ** filled > _CHANCE):
                needs[other] = Need.OPTIONAL
        return needs

    def _need(
        self, header: str, column: Column, now: Need, group: pl.Expr
    ) -> tuple[Need, int, int]:
        """What is asked of a group, rows that show it, and rows that show otherwise."""
        if now is Need.CLASS_KEY:
            return now, 0, 0
        cell, innocent = pl.col(header), self.facts.innocent(header)
        blamed = pl.col(BLAMED + header) & pl.col("#known")
        blank, filled, inside = cell == "", cell != "", self._in_class
        good = filled & self._acceptable(header, column)
        yes = (
            filled & cell.is_in(self.draft.values_meaning(column.key, "yes"))
            if column.key in self.draft.columns
            else pl.lit(value=False)
        )
        counts = (
            self.facts.frame.filter(group & ~self.removes)
            .select(
                blank_in=(blank & innocent & inside).sum(),
                blank_out=(blank & innocent & ~inside).sum(),
                wrong_in=(blank & blamed & inside).sum(),
                wrong_out=(blank & blamed & ~inside).sum(),
                filled=(filled & innocent).sum(),
                unwanted=(good & blamed).sum(),
                yes=(yes & innocent).sum(),
                yes_wrong=(yes & blamed).sum(),
                other_wrong=(good & ~yes & blamed).sum(),
            )
            .row(0, named=True)
        )
        return _need_of(now, counts, of_class=column.about == "class")

    def _acceptable(self, header: str, column: Column) -> pl.Expr:
        """Cells that are no error by themselves."""
        vocabulary = self.draft.vocabulary_of(column)
        if vocabulary is not None:
            return pl.col(header).is_in(vocabulary.accepts)
        pattern = self.draft.kinds[column.kind].pattern
        return pl.col(header).str.contains(pattern) if pattern else pl.lit(value=True)

    @cached_property
    def students(self) -> pl.Expr:
        """Rows of students, as far as their role is known."""
        return self._role_is("student")

    @cached_property
    def staff(self) -> pl.Expr:
        """Rows of staff."""
        return self._role_is("staff")

    def _role_is(self, kind: str) -> pl.Expr:
        header = self.naming.header_of("userRole")
        if header is None:
            return pl.lit(value=False)
        return pl.col(header).is_in(self.draft.values_meaning("userRole", kind))

    @property
    def groups(self) -> pl.Expr:
        """Rows of which the same is asked: students or staff, in a class or not, removals apart."""
        kind = pl.when(self.students).then(1).when(self.staff).then(2).otherwise(0)
        return kind * 4 + self._in_class.cast(pl.Int32) * 2 + self.removes.cast(pl.Int32)

    @cached_property
    def _in_class(self) -> pl.Expr:
        header = self.naming.header_of("classId")
        return (pl.col(header) != "").fill_null(value=False) if header else pl.lit(value=False)

    @cached_property
    def removes(self) -> pl.Expr:
        """Rows whose action removes something."""
        header = self.naming.header_of("action")
        if header is None:
            return pl.lit(value=False)
        return pl.col(header).is_in(self.draft.removals).fill_null(value=False)

    # --- what is as it was assumed ----------------------------------------------------------------

    def known_of(self, header: str) -> Iterator[str]:
        """What is known of a column by many cells that the portal took: `values`, `requirement`."""
        if header not in self.facts.headers:
            return
        innocent, cell = self.facts.innocent(header), pl.col(header)
        filled, blank = (
            self.facts.frame.filter(innocent)
            .select((cell != "").sum().alias("filled"), (cell == "").sum().alias("blank"))
            .row(0)
        )
        if filled >= _MANY:
            yield "values"
        if filled >= _MANY or blank >= _MANY:
            yield "requirement"

    # --- where it was seen ------------------------------------------------------------------------

    def _counts(self, header: str, rows: pl.Expr) -> dict[str, int]:
        """Value → rows, most frequent first, of filled cells."""
        found = self.facts.frame.filter(rows, pl.col(header) != "")
        return dict(found.group_by(header).len().sort(pl.col("len") * -1, header).iter_rows())

    def _sources(self, header: str, values: Mapping[str, int]) -> tuple[str, ...]:
        shown = self.facts.frame.filter(pl.col(header).is_in(list(values)))
        return tuple(self._files(shown))

    def _files(self, rows: pl.DataFrame) -> Iterator[str]:
        for place in rows["#file"].unique().sort():
            yield self.facts.source(place)

    def _example(self, header: str, values: Mapping[str, int]) -> int | None:
        shown = self.facts.frame.filter(
            self.facts.innocent(header), pl.col(header).is_in(list(values))
        )
        return self._row(shown)

    def _row(self, rows: pl.DataFrame) -> int | None:
        if rows.is_empty():
            return None
        place, index = rows.select("#file", "#index").row(0)
        return int(index) + int(self.facts.cases[place].sent.first_row)


def _as_stated(told: Need, now: Need, *, implied: bool) -> Need:
    """What a dictionary says is asked; `optional` does not say what may stand in the cell."""
    kept = (Need.NOT_YES, Need.CLASS_KEY, *((Need.BLANK,) if implied else ()))
    return now if told is Need.OPTIONAL and now in kept else told


def _need_of(  # noqa: PLR0911  (a list of cases, the first that holds)
    now: Need, counts: Mapping[str, int], *, of_class: bool
) -> tuple[Need, int, int]:
    """The need that some counts show; `now` where they show nothing."""
    blank = counts["blank_in"] + counts["blank_out"]
    wrong = counts["wrong_in"] + counts["wrong_out"]
    if of_class:
        blank, wrong = counts["blank_in"], counts["wrong_in"]
    if counts["wrong_in"] and not counts["blank_in"] and counts["blank_out"]:
        return Need.WITH_CLASS, counts["wrong_in"] + counts["blank_out"], 0
    if wrong and not blank:
        need = Need.WITH_CLASS if of_class or now is Need.WITH_CLASS else Need.REQUIRED
        return need, wrong, 0
    if (
        counts["yes_wrong"]
        and not counts["yes"]
        and not counts["other_wrong"]
        and now is not Need.BLANK
    ):
        return Need.NOT_YES, blank + counts["yes_wrong"], wrong
    if counts["unwanted"] and not counts["filled"]:
        return Need.BLANK, counts["unwanted"], wrong
    if blank and now in (Need.REQUIRED, Need.WITH_CLASS):
        return Need.OPTIONAL, blank, wrong
    if counts["filled"] and now is Need.BLANK:
        return Need.OPTIONAL, counts["filled"], counts["unwanted"]
    if counts["yes"] and now is Need.NOT_YES:
        return Need.OPTIONAL, counts["yes"], counts["yes_wrong"]
    return now, 0, 0


def _written(requirement: Requirement) -> str | dict[str, str]:
    """A requirement as a profile has it."""
    if ":" not in requirement.value:
        return requirement.value
    return {"students": requirement.students.value, "staff": requirement.staff.value}


def _listed_in(error: str, *, certain: bool) -> Accepted:
    """The values that an error lists; `certain`: accepted ones will show whether words are some.

    "Use student, teacher or admin" is a list if students and teachers were accepted.
    """
    listed = values_of_prose(error)
    return values_of_cell(error) if certain and not listed.values else listed


def _why_values(
    right: Mapping[str, int], series: Series | None, stated: tuple[str, ...], file: str
) -> str:
    parts = []
    if right:
        parts.append(
            f"{counted(len(right), 'value')} in {counted(sum(right.values()), 'row')} that the "
            "portal accepted"
        )
    if stated:
        parts.append(f"{len(stated)} values listed in {file}")
    if series and series.inferred:
        more = counted(len(series.inferred), "more completes", "more complete")
        parts.append(f"{more} the series")
    return "; ".join(parts)


def vocabulary_patch(
    key: str,
    ours: Vocabulary,
    accepts: tuple[str, ...],
    spelled: Mapping[str, str],
    *,
    complete: bool,
    roles: Mapping[str, str],
) -> dict[str, Any]:
    """The tables of a list of one column's own, with what other spellings mean in it."""
    means = dict(roles) or {v: ours.means[v] for v in accepts if v in ours.means}
    table: dict[str, Any] = {"accepts": list(accepts), "open": not complete, "evidence": "seen"}
    if means:
        table["means"] = {v: means[v] for v in accepts if v in means}
    for name, words in (("safe", ours.safe), ("likely", ours.likely)):
        others: dict[str, list[str]] = {}
        for value in ours.accepts:
            theirs = _theirs(value, ours, accepts, spelled)
            if theirs in accepts:
                own = [value.lower()] if name == "safe" and value not in accepts else []
                known = [*own, *words.get(value, ())]
                fresh = [w for w in known if w not in accepts and w != theirs.lower()]
                others.setdefault(theirs, []).extend(
                    w for w in fresh if w not in others.get(theirs, [])
                )
        table[name] = {v: w for v, w in others.items() if w}
    return {
        "vocabularies": {key: table},
        "columns": {key: {"vocabulary": key, "evidence": {"values": "seen"}}},
    }


def _theirs(
    value: str, ours: Vocabulary, accepts: tuple[str, ...], spelled: Mapping[str, str]
) -> str | None:
    """The portal's spelling of one of our values."""
    if value in accepts:
        return value
    if value in spelled:
        return spelled[value]
    meaning = ours.means.get(value)
    if meaning in ("yes", "no"):
        return spelled.get(meaning)
    if meaning in ("student", "staff"):
        alike = ours.meaning(meaning)  # students, or teachers before administrators
        first = 0 if meaning == "student" else 1
        return spelled.get(ROLE_MEANINGS[min(first + alike.index(value), len(ROLE_MEANINGS) - 1)])
    grade = grade_of(value)
    return spelled.get(grade) if grade else None
