"""What remains once names, values and requirements are learned: rules that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from roster_toolkit.calibration.changes import Change, Changes
from roster_toolkit.calibration.facts import BLAMED, Case, Facts
from roster_toolkit.calibration.forms import loosest_form
from roster_toolkit.calibration.judging import Judged
from roster_toolkit.calibration.model import About, Sure
from roster_toolkit.calibration.naming import Naming
from roster_toolkit.rules.registry import catalogue

#: Rows of a text from which on a rule is made of it.
_ENOUGH = 2
#: Cells that were taken, from which on a form can be told.
_SEEN = 20
#: Cells that were taken, from which on a single one that is not so says enough.
_PLENTY = 100
_FEW = 12


def looser(
    cases: Sequence[Case], judged: Sequence[Judged], facts: Facts, naming: Naming, changes: Changes
) -> Iterator[Change]:
    """Rules that reject what the portal took: silenced in the column, or as a whole.

    In a file that the portal took whole, one such row is enough; elsewhere there must be more of
    them than of rows that it refused too.
    """
    profile = changes.profile()
    keys = {column.name: column.key for column in profile.columns.values()}
    table = _errors(cases, judged, facts)
    for (code, header), part in table.partition_by("code", "header", as_dict=True).items():
        wrong = part.filter("innocent")
        if wrong.is_empty():
            continue
        right = part.filter("blamed").height
        if not wrong["whole"].any() and wrong.height <= right:
            continue
        key = keys.get(str(header)) if header is not None else None
        yield _silenced(str(code), key, str(header or ""), wrong, right, cases)
    del naming


def _errors(cases: Sequence[Case], judged: Sequence[Judged], facts: Facts) -> pl.DataFrame:
    """Each error of ours, and whether the portal took the cell or complained of it."""
    frames = []
    for place, (case, ours) in enumerate(zip(cases, judged, strict=True)):
        rows = facts.frame.filter(pl.col("#file") == place)
        errors = ours.found.filter("refuses").unique(
            ["index", "header", "code"], maintain_order=True
        )
        for (header,), part in errors.partition_by("header", as_dict=True).items():
            known = header in facts.headers
            innocent = facts.innocent(str(header)) if known else pl.col("#taken")
            blamed = pl.col(BLAMED + str(header)) if known else ~pl.col("#taken")
            marks = rows.select("#index", innocent=innocent, blamed=blamed & pl.col("#known"))
            frames.append(
                part.join(marks, left_on="index", right_on="#index").with_columns(
                    place=pl.lit(place), whole=pl.lit(case.answer is None)
                )
            )
    if not frames:
        return pl.DataFrame(
            schema={
                "index": pl.UInt32,
                "header": pl.String,
                "code": pl.String,
                "innocent": pl.Boolean,
                "blamed": pl.Boolean,
                "place": pl.Int32,
                "whole": pl.Boolean,
            }
        )
    return pl.concat(frames).sort("code", "header", "place", "index")


def _silenced(
    code: str, key: str | None, header: str, wrong: pl.DataFrame, right: int, cases: Sequence[Case]
) -> Change:
    rule = catalogue().get(code)
    title = rule.title if rule else code
    patch: dict[str, Any] = {"enabled": False}
    if key is not None and code not in _WHOLE_ONLY:
        patch = {"columns": {key: {"enabled": False}}}
    first = wrong.row(0, named=True)
    where = f" in {header}" if header else ""
    return Change(
        about=About.RULE,
        column=code,
        before=f"rejected{where}",
        after=f"accepted{where}",
        why=f"“{title}” is no error here: the portal took {wrong.height:,} such rows",
        patch={"rules": {code: patch}},
        sources=tuple(dict.fromkeys(cases[place].sent.name for place in wrong["place"])),
        rows_for=wrong.height,
        rows_against=right,
        example_row=int(first["index"]) + cases[first["place"]].sent.first_row,
        sure=Sure.CERTAIN if not right else Sure.LIKELY,
    )


#: Rules that have no column of their own to be silenced in.
_WHOLE_ONLY = ("RT008", "RT013", "RT015", "RT208", "RT301")


def stricter(
    cases: Sequence[Case], judged: Sequence[Judged], facts: Facts, naming: Naming, changes: Changes
) -> Iterator[Change]:
    """Rules that the portal has and the profile lacks: severities, forms, lengths, closed lists."""
    profile = changes.profile()
    keys = {column.name: column.key for column in profile.columns.values()}
    missed = _missed(cases, judged)
    for (text, header), part in missed.partition_by("text", "header", as_dict=True).items():
        if header is None or header not in facts.headers:
            continue
        key = keys.get(str(header))
        if key is None:
            continue
        column = profile.columns[key]
        bad = _cells(part, facts, str(header))
        good = facts.frame.filter(facts.innocent(str(header)), pl.col(str(header)) != "")[
            str(header)
        ]
        if (
            bad.len() < (1 if good.len() >= _PLENTY else _ENOUGH)
            or good.len() < _SEEN
            or (bad == "").any()
            or bad.is_in(good.unique().implode()).any()
        ):
            continue
        found = loosest_form(good, bad)
        if found is None and good.n_unique() <= _FEW and column.vocabulary is None:
            yield _closed(key, str(header), good, bad, str(text), part, cases)
        elif found is not None and column.vocabulary is None:
            yield _formed(
                key,
                str(header),
                found,
                profile.kinds[column.kind].model_dump(exclude_none=True, mode="json"),
                part,
                str(text),
                cases,
            )
    yield from _graver(cases, judged, changes)
    del naming


def _missed(cases: Sequence[Case], judged: Sequence[Judged]) -> pl.DataFrame:
    """Complaints at rows and columns where the profile finds no error."""
    frames = []
    for place, (case, ours) in enumerate(zip(cases, judged, strict=True)):
        errors = ours.found.filter("refuses").select("index", "header").unique()
        frames.append(
            case.complaints.filter("certain")
            .join(errors, on=["index", "header"], how="anti")
            .with_columns(place=pl.lit(place, pl.UInt16))
        )
    return pl.concat(frames).sort("text", "header", "place", "index")


def _cells(part: pl.DataFrame, facts: Facts, header: str) -> pl.Series:
    rows = part.select(pl.col("place").alias("#file"), pl.col("index").alias("#index"))
    return facts.frame.join(rows, on=["#file", "#index"])[header].drop_nulls()


def _formed(  # noqa: PLR0913
    key: str,
    header: str,
    form: tuple[str, str],
    kind: dict[str, Any],
    part: pl.DataFrame,
    text: str,
    cases: Sequence[Case],
) -> Change:
    words, pattern = form
    kept = {k: v for k, v in kind.items() if k not in ("plain", "pattern", "title")}
    return Change(
        about=About.RULE,
        column=f"RT104 {key}",
        before="any",
        after=words,
        why=f"the portal says “{text}” where a value is not so",
        patch={
            "kinds": {key: {**kept, "title": words, "pattern": pattern, "evidence": "seen"}},
            "columns": {key: {"kind": key, "judged": True}},
        },
        **_shown(part, cases),
    )


def _closed(
    key: str,
    header: str,
    good: pl.Series,
    bad: pl.Series,
    text: str,
    part: pl.DataFrame,
    cases: Sequence[Case],
) -> Change:  # noqa: PLR0913
    accepts = good.unique().sort().to_list()
    del header, bad
    return Change(
        about=About.ACCEPTS,
        column=key,
        before="any text",
        after=", ".join(accepts),
        why=f"the portal says “{text}” at other values",
        patch={
            "vocabularies": {key: {"accepts": accepts, "evidence": "seen"}},
            "columns": {
                key: {
                    "kind": "choice",
                    "vocabulary": key,
                    "judged": True,
                    "evidence": {"values": "seen"},
                }
            },
        },
        **_shown(part, cases),
    )


def _graver(cases: Sequence[Case], judged: Sequence[Judged], changes: Changes) -> Iterator[Change]:
    """Warnings of ours that are errors of the portal's."""
    missed = _missed(cases, judged)
    warnings = pl.concat(
        [
            one.found.filter(~pl.col("refuses")).with_columns(place=pl.lit(place, pl.UInt16))
            for place, one in enumerate(judged)
        ]
    )
    answered = [place for place, case in enumerate(cases) if case.answer is not None]
    taken_whole = set(warnings.filter(~pl.col("place").is_in(answered))["code"])
    asked = warnings.filter(pl.col("place").is_in(answered))
    for (text,), part in missed.partition_by("text", as_dict=True).items():
        rows = part.select("place", "index").unique()
        there = asked.join(rows, on=["place", "index"])
        for (code,), found in there.partition_by("code", as_dict=True).items():
            everywhere = (
                asked.filter(pl.col("code") == code).select("place", "index").unique().height
            )
            hit = found.select("place", "index").unique().height
            if (
                code in taken_whole
                or hit < _ENOUGH
                or hit < 0.9 * rows.height
                or hit < 0.9 * everywhere
            ):
                continue
            yield Change(
                about=About.RULE,
                column=str(code),
                before="warning",
                after="error",
                why=f"the portal says “{text}” and rejects the row",
                patch={"rules": {str(code): {"severity": "error"}}},
                **_shown(part, cases),
            )
    del changes


def _shown(part: pl.DataFrame, cases: Sequence[Case]) -> dict[str, Any]:
    first = part.row(0, named=True)
    return {
        "sources": tuple(
            dict.fromkeys(
                cases[place].answer.name for place in part["place"] if cases[place].answer
            )
        ),  # type: ignore[union-attr]
        "rows_for": part.height,
        "example_row": int(first["index"]) + cases[first["place"]].sent.first_row,
        "sure": Sure.LIKELY,
    }
