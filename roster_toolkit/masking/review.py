"""Mask an assessment: every value in it by its pseudonym, every number as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.causes import Cause, Causes, Member
from roster_toolkit.impact.records import ImpactRecords
from roster_toolkit.masking.findings import masked_findings
from roster_toolkit.masking.profiles import masked_profile
from roster_toolkit.masking.rosters import masked_context, masked_impact
from roster_toolkit.masking.schools import school_ids
from roster_toolkit.masking.values import Form, Mask
from roster_toolkit.model import HeaderCell, Upload
from roster_toolkit.pseudonyms import Pseudonyms
from roster_toolkit.records import Records
from roster_toolkit.rosters.roster import Roster

A = TypeVar("A", bound=Assessment)


def mask_assessment(real: A, key: bytes) -> A:
    """The same assessment of the same file, with a pseudonym for each personal value.

    Nothing is judged anew: findings, causes and impact are those of the real cells, and only then
    are the values replaced. The bytes of the file are not kept.
    """
    pseudonyms = Pseudonyms(key)
    masked = _masked(real, pseudonyms)
    while not pseudonyms.one_to_one:
        pseudonyms = pseudonyms.longer()
        masked = _masked(real, pseudonyms)
    return masked


def mask_of(real: Assessment, pseudonyms: Pseudonyms) -> Mask:
    """The mask for an assessment, which knows its schools."""
    return Mask(pseudonyms, real.profile, school_ids(real))


def _masked(real: A, pseudonyms: Pseudonyms) -> A:
    real_mask = mask_of(real, pseudonyms)
    profile = masked_profile(real.profile, real_mask)
    mask = replace(real_mask, profile=profile)
    context = None if real.against is None else masked_context(real.against, mask)
    district = (real.against.district, context.district) if real.against and context else ("", "")
    findings = masked_findings(real.found.findings, real.rules, mask, district)
    masked = replace(
        real,
        upload=masked_upload(real.upload, mask),
        profile=profile,
        validation=replace(
            real.validation,
            findings=findings.drop("cause", "derived"),
            records=_emptied(real.validation.records),
            as_read=None,
            renumbered=real.validation.renumbered.clear(),
        ),
        found=Causes(_causes(real, findings, mask), findings),
        against=context,
        impact=None if real.impact is None else masked_impact(real.impact, mask),
        source=None,
        is_masked=True,
    )
    if context is not None and real.impact is not None:
        _keep_who_stays(real, masked, context.roster, mask)
    return masked


def _keep_who_stays(real: Assessment, masked: Assessment, roster: Roster, mask: Mask) -> None:
    """Who stays and what comes again: told by names in any letter case, so it is not asked anew."""
    impact = masked.impact
    assert impact is not None  # noqa: S101  (for the type checker)
    sheet = masked._sheet  # noqa: SLF001
    lists = ImpactRecords(sheet, impact, roster, masked.season)
    names = {"twin": mask.form_of("classId"), "schools": Form.KEEP, "kind": Form.KEEP}

    def form_of(name: str) -> Form:
        return names[name] if name in names else mask.form_of(name)

    stays = real.left_behind
    people = roster_names(impact.compared.people)
    schools = mask.listed(stays["schools"], Form.SCHOOL)
    lists.__dict__["left_behind"] = (
        mask.frame(stays.drop("name").with_columns(schools), form_of)
        .join(people, on="userId", how="left", maintain_order="left")
        .select(stays.columns)
    )
    changes = real.mass_changes
    school = mask.column(changes["schoolId"], mask.form_of("schoolId"))
    lists.__dict__["mass_changes"] = changes.with_columns(school)
    masked.__dict__["_touched"] = lists


def roster_names(people: pl.DataFrame) -> pl.DataFrame:
    """`userId` and `name` of people."""
    name = pl.concat_str("userFirstName", "userLastName", separator=" ").str.strip_chars()
    return people.select("userId", name=name)


def _emptied(records: Records | None) -> Records | None:
    """Records without a statement, nor the file; which columns could be read is still known."""
    if records is None:
        return None
    kept = replace(
        records,
        upload=replace(records.upload, cells=records.upload.cells.clear(), surplus={}),
        rows=records.rows.clear(),
        views={
            name: replace(view, variants=view.variants.clear())
            for name, view in records.views.items()
        },
        values={key: values.clear() for key, values in records.values.items()},
    )
    kept.__dict__["missing"] = records.missing
    return kept


def masked_upload(upload: Upload, mask: Mask) -> Upload:
    """A file as it was read, its cells masked; how it was made stays as it is."""
    cells = upload.cells.with_columns(
        mask.column(upload.cells[key], mask.form_of_cells(key, upload.cells[key]))
        for key in upload.cells.columns
    )
    return replace(
        upload,
        name=mask.file(upload.name),
        sha256=mask.sha256(upload.sha256),
        header=tuple(replace(cell, typed=_header(cell, upload, mask)) for cell in upload.header),
        cells=cells,
        surplus=_surplus(upload.surplus, mask),
        foreign=None,
    )


def _header(cell: HeaderCell, upload: Upload, mask: Mask) -> str:
    """A header; in a file without a header line it is a cell of a person."""
    return mask.text(cell.typed, Form.UNKNOWN) if upload.lacks_header else mask.header(cell)


def _surplus(surplus: Mapping[int, tuple[str, ...]], mask: Mask) -> dict[int, tuple[str, ...]]:
    """The cells beyond the header."""
    masked = iter(mask.texts((cell for cells in surplus.values() for cell in cells), Form.UNKNOWN))
    return {index: tuple(next(masked) for _ in cells) for index, cells in surplus.items()}


def _causes(real: Assessment, masked: pl.DataFrame, mask: Mask) -> tuple[Cause, ...]:
    """The causes, whose texts are those of their findings and are looked up there."""
    known = _lookup(real.found, masked)
    named = {column.name for column in real.profile.columns.values()}

    def of(cause: Cause, text: str | None) -> str | None:
        if text is None or text == "":
            return text
        if (cause.number, text) in known:
            return known[cause.number, text]
        return text if text in named else mask.typed_header(text)

    return tuple(
        replace(
            cause,
            value=of(cause, cause.value),
            values=tuple(of(cause, value) or "" for value in cause.values),
            largest=tuple(
                Member(of(cause, one.value) or "", one.findings, of(cause, one.suggestion))
                for one in cause.largest
            ),
            example_value=of(cause, cause.example_value) or "",
            example_suggestion=of(cause, cause.example_suggestion),
        )
        for cause in real.found.causes
    )


def _lookup(found: Causes, masked: pl.DataFrame) -> dict[tuple[int, str], str]:
    """Cause and text → the text as its findings have it masked."""
    wanted = pl.Series(sorted(set(_texts(found.causes))), dtype=pl.String)
    known: dict[tuple[int, str], str] = {}
    for name in ("parent", "suggestion", "value"):  # the value goes before the others
        pairs = pl.DataFrame(
            [found.findings["cause"], found.findings[name].alias("text"), masked[name].alias("new")]
        )
        pairs = pairs.filter(pl.col("text").is_in(wanted.implode())).unique()
        known |= {(cause, text): new for cause, text, new in pairs.iter_rows()}
    return known


def _texts(causes: Iterable[Cause]) -> Iterable[str]:
    for cause in causes:
        texts = (cause.value, cause.example_value, cause.example_suggestion, *cause.values)
        members = (text for one in cause.largest for text in (one.value, one.suggestion))
        yield from (text for text in (*texts, *members) if text)
