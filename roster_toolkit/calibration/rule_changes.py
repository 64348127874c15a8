"""What remains once names, values and requirements are learned: rules that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from roster_toolkit.calibration.changes import Change
from roster_toolkit.calibration.facts import BLAMED, Case, Facts
from roster_toolkit.calibration.forms import Form, loosest_form
from roster_toolkit.calibration.judging import Judged
from roster_toolkit.calibration.model import About, Sure
from roster_toolkit.model import Column, Profile
from roster_toolkit.rules.registry import catalogue

#: Rows of a text from which on a rule is made of it.
_ENOUGH = 2
#: Cells that were accepted, from which on a form can be told, and a single other one says enough.
_SEEN, _PLENTY = 20, 100
#: Values of a closed list that nobody has stated, at most.
_FEW = 6
#: Share of a text's rows, and of a warning's, that must be the same for the one to be the other.
_SAME = 0.9
#: Rows that were accepted from which on a rule without a single hit is none of the portal's.
_NO_RULE = 10
#: Rules that have no column of their own to be silenced in.
_WHOLE_ONLY = ("RT008", "RT013", "RT015", "RT208", "RT301")
_ERRORS = pl.Schema(
    {
        "index": pl.UInt32,
        "header": pl.String,
        "code": pl.String,
        "innocent": pl.Boolean,
        "blamed": pl.Boolean,
        "place": pl.UInt16,
        "whole": pl.Boolean,
    }
)


@dataclass(frozen=True)
class RuleLearner:
    """Compares what a profile finds with what the portal said, rule by rule."""

    cases: Sequence[Case]
    judged: Sequence[Judged]
    facts: Facts
    profile: Profile

    @cached_property
    def _columns(self) -> dict[str, Column]:
        """Header → column."""
        return {column.name: column for column in self.profile.in_file}

    # --- rules of ours that the portal does not have ----------------------------------------------

    def looser(self) -> Iterator[Change]:
        """Rules that reject what the portal took: silenced in the column, or as a whole.

        In a file that the portal took whole one such row is enough; elsewhere there must be more of
        them than of rows that it rejected too. A rule without a single hit is silenced everywhere.
        """
        table = self._errors
        for (code,), of_rule in table.partition_by("code", as_dict=True).items():
            wrong_ones = of_rule.filter("innocent")
            if wrong_ones.height >= _NO_RULE and not of_rule["blamed"].any():
                yield self._silenced(str(code), None, wrong_ones, 0)
                continue
            for (header,), part in of_rule.partition_by("header", as_dict=True).items():
                wrong, right = part.filter("innocent"), part.filter("blamed").height
                if wrong.is_empty() or (not wrong["whole"].any() and wrong.height <= right):
                    continue
                yield self._silenced(
                    str(code), None if header is None else str(header), wrong, right
                )

    @cached_property
    def _errors(self) -> pl.DataFrame:
        """Each error of ours, and whether the portal took the cell or complained of it."""
        frames = [pl.DataFrame(schema=_ERRORS)]
        for place, (case, ours) in enumerate(zip(self.cases, self.judged, strict=True)):
            rows = self.facts.frame.filter(pl.col("#file") == place)
            errors = ours.found.filter("rejects").unique(
                ["index", "header", "code"], maintain_order=True
            )
            for (header,), part in errors.partition_by("header", as_dict=True).items():
                innocent, blamed = pl.col("#accepted"), ~pl.col("#accepted")
                if header in self.facts.headers:
                    innocent, blamed = self.facts.innocent(str(header)), pl.col(f"{BLAMED}{header}")
                marks = rows.select(
                    pl.col("#index").alias("index"),
                    innocent=innocent,
                    blamed=blamed & pl.col("#known"),
                )
                found = part.join(marks, on="index").with_columns(
                    place=pl.lit(place, pl.UInt16), whole=pl.lit(case.answer is None)
                )
                frames.append(found.select(_ERRORS.names()))
        return pl.concat(frames).sort("code", "header", "place", "index")

    def _silenced(self, code: str, header: str | None, wrong: pl.DataFrame, right: int) -> Change:
        rule = catalogue().get(code)
        title = rule.title if rule else code
        patch: dict[str, Any] = {"enabled": False}
        column = self._columns.get(header or "")
        if column is not None and code not in _WHOLE_ONLY:
            patch = {"columns": {column.key: {"enabled": False}}}
        where = f" in {header}" if header else ""
        return Change(
            about=About.RULE,
            column=code,
            before=f"rejected{where}",
            after=f"accepted{where}",
            why=f"“{title}” is no error here: the portal accepted {wrong.height:,} such rows",
            patch={"rules": {code: patch}},
            sources=tuple(dict.fromkeys(self.facts.source(place) for place in wrong["place"])),
            rows_for=wrong.height,
            rows_against=right,
            example_row=self._row_of(wrong),
            sure=Sure.LIKELY if right else Sure.CERTAIN,
        )

    # --- rules of the portal that we do not have --------------------------------------------------

    def stricter(self) -> Iterator[Change]:
        """Rules that only the portal has: forms, limits, closed lists, severities."""
        missed = self._missed
        for (text, header), part in missed.partition_by("text", "header", as_dict=True).items():
            column = self._columns.get(str(header))
            if column is None or header not in self.facts.headers or column.vocabulary is not None:
                continue
            change = self._of_values(str(text), column, part)
            if change is not None:
                yield change
        yield from self._graver()

    @cached_property
    def _missed(self) -> pl.DataFrame:
        """Complaints at rows and columns where the profile finds no error, with their `place`."""
        frames = []
        for place, (case, ours) in enumerate(zip(self.cases, self.judged, strict=True)):
            errors = ours.found.filter("rejects").select("index", "header").unique()
            certain = case.complaints.filter("certain")
            left = certain.join(errors, on=["index", "header"], how="anti")
            frames.append(left.with_columns(place=pl.lit(place, pl.UInt16)))
        return pl.concat(frames).sort("text", "header", "place", "index")

    def _of_values(self, text: str, column: Column, part: pl.DataFrame) -> Change | None:
        """What the cells that a text complains of have that no cell has that was accepted."""
        header = column.name
        rows = part.select(pl.col("place").alias("#file"), pl.col("index").alias("#index"))
        bad = self.facts.frame.join(rows, on=["#file", "#index"])[header].drop_nulls()
        innocent = self.facts.innocent(header)
        good = self.facts.frame.filter(innocent, pl.col(header) != "")[header]
        few = bad.len() < (1 if good.len() >= _PLENTY else _ENOUGH)
        known = (bad == "").any() or bad.is_in(good.unique().implode()).any()
        if few or known or good.len() < _SEEN:
            return None
        form = loosest_form(good, bad)
        if form is not None:
            return self._formed(text, column, form, part)
        return self._listed(text, column, good, part) if good.n_unique() <= _FEW else None

    def _formed(self, text: str, column: Column, form: Form, part: pl.DataFrame) -> Change:
        kind = self.profile.kinds[column.kind].model_dump()
        kept = {key: value for key, value in kind.items() if value is not None and key != "plain"}
        learned = {**kept, "title": form.words, **form.of_kind, "evidence": "seen"}
        return Change(
            about=About.RULE,
            column=f"RT104 {column.key}",
            before=kind["title"],
            after=form.words,
            why=f"the portal says “{text}” where a value is not so",
            patch={
                "kinds": {column.key: learned},
                "columns": {column.key: {"kind": column.key, "judged": True}},
            },
            **self._shown(part),
        )

    def _listed(self, text: str, column: Column, good: pl.Series, part: pl.DataFrame) -> Change:
        accepts = good.unique().sort().to_list()
        entry = {"kind": "choice", "vocabulary": column.key, "judged": True}
        return Change(
            about=About.ACCEPTS,
            column=column.key,
            before="any text",
            after=", ".join(accepts),
            why=f"the portal says “{text}” at other values",
            patch={
                "vocabularies": {column.key: {"accepts": accepts, "evidence": "seen"}},
                "columns": {column.key: {**entry, "evidence": {"values": "seen"}}},
            },
            **self._shown(part),
        )

    def _graver(self) -> Iterator[Change]:
        """Warnings of ours that are errors of the portal's."""
        warnings = pl.concat(
            [
                one.found.filter(~pl.col("rejects"))
                .select("index", "code", place=pl.lit(place, pl.UInt16))
                .unique()
                for place, one in enumerate(self.judged)
            ]
        )
        answered = [place for place, case in enumerate(self.cases) if case.answer is not None]
        accepted_whole = set(warnings.filter(~pl.col("place").is_in(answered))["code"])
        asked = warnings.filter(
            pl.col("place").is_in(answered), ~pl.col("code").is_in(list(accepted_whole))
        )
        for (text,), part in self._missed.partition_by("text", as_dict=True).items():
            rows = part.select("place", "index").unique()
            there = asked.join(rows, on=["place", "index"])
            for (code,), found in there.partition_by("code", as_dict=True).items():
                everywhere = asked.filter(pl.col("code") == code).height
                if found.height >= max(_ENOUGH, _SAME * rows.height, _SAME * everywhere):
                    yield Change(
                        about=About.RULE,
                        column=str(code),
                        before="warning",
                        after="error",
                        why=f"the portal says “{text}” and rejects the row",
                        patch={"rules": {str(code): {"severity": "error"}}},
                        **self._shown(part),
                    )

    # --- where it was seen ------------------------------------------------------------------------

    def _row_of(self, rows: pl.DataFrame) -> int:
        place, index = rows.select("place", "index").row(0)
        return int(index) + int(self.cases[place].sent.first_row)

    def _shown(self, part: pl.DataFrame) -> dict[str, Any]:
        answers = [self.cases[place].answer for place in part["place"].unique(maintain_order=True)]
        return {
            "sources": tuple(answer.name for answer in answers if answer is not None),
            "rows_for": part.height,
            "example_row": self._row_of(part),
            "sure": Sure.LIKELY,
        }
