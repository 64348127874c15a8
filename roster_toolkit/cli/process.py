"""process: apply what the portal would accept to the store."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roster_toolkit.cli.check import STDIN, exit_code, show_progress, since
from roster_toolkit.cli.masking import MaskKeyOption, MaskOption, chosen_key
from roster_toolkit.cli.options import (
    DEFAULT_SEASON,
    Errors,
    ErrorsOption,
    FindingsOption,
    Format,
    FormatOption,
    NoValuesOption,
    OutOption,
    PreviousOption,
    ProfileOption,
    SchoolsOption,
    SeasonOption,
    StoreOption,
    UploadedOption,
)
from roster_toolkit.cli.stored import DistrictOption
from roster_toolkit.cli.terminal import COMMAND, coded, complain, emit_bytes, emit_text, stages

if TYPE_CHECKING:
    from roster_toolkit.operations.processing import Processed

#: Maximum sentences on one problem that stops a file.
_REASONS = 5


def process(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A users.csv; - reads stdin.")],
    *,
    district: DistrictOption,
    store: StoreOption = None,
    accept: Annotated[
        str, typer.Option(metavar="CODE,…", help="Warnings that should not stop it.")
    ] = "",
    profile: ProfileOption = None,
    schools: SchoolsOption = None,
    season: SeasonOption = DEFAULT_SEASON,
    previous: PreviousOption = None,
    uploaded: UploadedOption = None,
    label: Annotated[str, typer.Option(metavar="TEXT", help="A name for the snapshot.")] = "",
    out: OutOption = None,
    form: FormatOption = Format.TEXT,
    findings: FindingsOption = False,
    errors: ErrorsOption = Errors.ALL,
    no_values: NoValuesOption = False,
    mask: MaskOption = False,
    mask_key: MaskKeyOption = None,
) -> None:
    r"""Process a file: store what the portal would accept, and say what became of it.

    Stops, with nothing changed, before a mass change or a removal that affects people outside the
    file, until --accept names its code.

    Exit code: 0 every row accepted, 1 rows rejected or stopped, 2 no usable file, store or option,
    3 the whole file rejected.

    \b
    Example:
      python -m roster_toolkit process users.csv --district Avon
      python -m roster_toolkit process users.csv --district Avon --accept RT411,RT412
    """
    from roster_toolkit.districts import Store
    from roster_toolkit.operations.processing import process as run

    values = not no_values
    key = chosen_key(mask, mask_key, store)
    shown_district = district
    with stages() as begin:
        processed = run(
            sys.stdin.buffer.read() if file == STDIN else file,
            Store(store),
            district,
            profile=profile,
            accept=[code.strip() for code in accept.split(",") if code.strip()],
            schools=schools,
            season=season,
            previous=previous,
            previous_upload=uploaded,
            name="stdin" if file == STDIN else None,
            label=label,
            progress=begin,
        )
        if key is not None:
            processed = _masked(processed, key)
            context = processed.review.against
            shown_district = context.district if context else ""
        begin("Writing the report")
        if out is not None:
            from roster_toolkit.report.files import write_bundle

            rejected = errors is Errors.REJECTED
            written = write_bundle(
                processed.review,
                out,
                source=None if file == STDIN else file,
                findings=findings,
                rejected=rejected,
                values=values,
                progress=begin,
            )
            complain(f"Written to {out}: {', '.join(path.name for path in written)}.")
        if form is Format.JSON:
            from roster_toolkit.report.json import review_json

            extra = {"snapshot": processed.snapshot}
            extra |= since(processed.review, processed.last, values=values)
            emit_bytes(review_json(processed.review, findings=findings, values=values, extra=extra))
        else:
            lines = [
                *_outcome_lines(processed, file, out, shown_district, values=values),
                *_removal_lines(processed, values=values),
                *_warning_lines(processed, values=values),
            ]
            emit_text("\n".join(lines) + "\n")
            show_progress(processed.review, processed.last, values=values)
            if findings:
                from roster_toolkit.report.text import listing

                emit_bytes(listing(processed.review, values=values))
    raise typer.Exit(1 if processed.held else exit_code(processed.review))


def _masked(processed: Processed, key: bytes) -> Processed:
    """The same, told in pseudonyms."""
    last = processed.last
    return replace(
        processed,
        review=processed.review.masked(key),
        last=None if last is None else last.masked(key),
    )


def _removal_lines(processed: Processed, *, values: bool) -> list[str]:
    """The people outside the file who would be unenrolled, where the file was stopped."""
    from roster_toolkit.report.removals import removal_lines

    review = processed.review
    if not processed.held or review.impact is None or review.against is None:
        return []
    return list(removal_lines(review.impact, review.against.roster, values=values))


def _warning_lines(processed: Processed, *, values: bool) -> Iterator[str]:
    """What was processed and was probably not meant, but for what was accepted by its code."""
    from roster_toolkit.impact.mass_change import STOPPING_SCOPES
    from roster_toolkit.model import Severity
    from roster_toolkit.report.cause_view import view_of
    from roster_toolkit.report.words import Words
    from roster_toolkit.text import counted

    review = processed.review
    warnings = [
        cause
        for cause in review.causes
        if cause.severity is Severity.WARNING
        and review.rules[cause.code].scope not in STOPPING_SCOPES
    ]
    if processed.snapshot is None or not warnings:
        return
    yield ""
    yield "Probably not what you meant; `snapshot undo` takes the snapshot back:"
    words = Words(review.profile, values)
    for cause in warnings[:_REASONS]:
        yield from coded(cause.code, view_of(cause, review, words).title)
    if rest := warnings[_REASONS:]:
        yield f"  {counted(len(rest), 'more warning')}: `check` lists them all."


def _reason_lines(processed: Processed, *, values: bool) -> Iterator[str]:
    """Each problem that stopped it, as `check` tells it: `RT412  At school 0711, 30 of 30 …`.

    Of one that is several things at once each is told: whoever accepts it must know what it is.
    """
    from roster_toolkit.report.cause_view import view_of
    from roster_toolkit.report.words import Words
    from roster_toolkit.text import number

    review = processed.review
    words = Words(review.profile, values)
    for cause in review.causes:
        if cause.code not in processed.held:
            continue
        if cause.members == 1 or cause.value is not None:
            yield from coded(cause.code, view_of(cause, review, words).title)
            continue
        findings = review.found.findings.filter(cause=cause.number)
        messages = words.with_messages(findings, review)["message"].unique(maintain_order=True)
        for message in messages.head(_REASONS):
            yield from coded(cause.code, message.removesuffix("."))
        if (rest := messages.len() - _REASONS) > 0:
            yield from coded(cause.code, f"and {number(rest)} more like this")


def _outcome_lines(
    processed: Processed, file: str, out: Path | None, district: str, *, values: bool
) -> list[str]:
    """The result as text: rejected, stopped, nothing to change, or the outcomes."""
    from roster_toolkit.report.outcomes import outcome_lines
    from roster_toolkit.reviewing.review import Verdict
    from roster_toolkit.rosters.outcomes import UNMENTIONED
    from roster_toolkit.text import counted, listed

    review = processed.review
    advice = "`check` says why" if review.is_masked else f"{COMMAND} check {file} says why"
    if review.verdict is Verdict.REJECTED:
        return [f"Whole file rejected, so nothing was changed; {advice}."]
    if processed.held:
        findings = listed(
            f"{code} ({review.rules[code].title.lower()}, {counted(number, 'time')})"
            for code, number in processed.held.items()
        )
        codes = ",".join(processed.held)
        return [f"Stopped, and nothing was changed: {findings}.",
                *_reason_lines(processed, values=values),
                f"If you intended that, add --accept {codes}."]  # fmt: skip
    if processed.snapshot is None and review.rows.rejected:
        first = f"Nothing was changed: {district} stays as it was, and no snapshot was made."
    elif processed.snapshot is None:
        first = f"Nothing to change: {district} stays as it was, and no snapshot was made."
    else:
        first = f"Processed: snapshot {processed.snapshot} of {district}."
    table = outcome_lines(review.impact.table.drop(UNMENTIONED)) if review.impact else ()
    lines = [first, "", *table]
    if review.rows.rejected:
        rows = counted(review.rows.rejected, "row was", "rows were")
        name = review.artifact("users-errors.csv")
        where = f"{out}/{name}" if out else "--out DIR writes them with their errors"
        lines += ["", f"{rows} rejected: {where}.",
                  "That the portal accepts the other rows is our best understanding."]  # fmt: skip
    return lines
