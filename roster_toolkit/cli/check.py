"""check: what the portal would do with a file."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roster_toolkit.cli.masking import MaskKeyOption, MaskOption, chosen_key
from roster_toolkit.cli.options import (
    DEFAULT_SEASON,
    AgainstOption,
    DistrictOption,
    Errors,
    ErrorsOption,
    FindingsOption,
    Format,
    FormatOption,
    MessageForm,
    MessageOption,
    NoValuesOption,
    OutOption,
    PreviousOption,
    ProfileOption,
    SchoolsOption,
    SeasonOption,
    SnapshotOption,
    StoreOption,
    UploadedOption,
)
from roster_toolkit.cli.roster_option import roster_and_profile
from roster_toolkit.cli.terminal import (
    COMMAND,
    colors,
    complain,
    emit_bytes,
    emit_text,
    stages,
    width,
)
from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from roster_toolkit.impact.preview import Impact
    from roster_toolkit.repair import Fixed
    from roster_toolkit.reviewing.review import Review

STDIN = "-"


def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A users.csv; - reads stdin.")],
    *,
    profile: ProfileOption = None,
    against: AgainstOption = None,
    store: StoreOption = None,
    district: DistrictOption = None,
    snapshot: SnapshotOption = None,
    schools: SchoolsOption = None,
    season: SeasonOption = DEFAULT_SEASON,
    previous: PreviousOption = None,
    uploaded: UploadedOption = None,
    out: OutOption = None,
    form: FormatOption = Format.TEXT,
    findings: FindingsOption = False,
    errors: ErrorsOption = Errors.ALL,
    message: MessageOption = MessageForm.SHORT,
    no_values: NoValuesOption = False,
    mask: MaskOption = False,
    mask_key: MaskKeyOption = None,
) -> None:
    r"""Say what the portal would do with a file.

    Exit code: 0 every row would be accepted, 1 rows rejected, 2 no usable file or option,
    3 the whole file rejected.

    \b
    Example:
      python -m roster_toolkit check users.csv
      python -m roster_toolkit check users.csv --against download.csv --out report
      python -m roster_toolkit check users.csv --district Avon --uploaded last-month.csv
      python -m roster_toolkit check corrected.csv --previous users.csv
    """
    from roster_toolkit.report.json import review_json

    if against is None and district is None and (schools is not None or uploaded is not None):
        raise UsageError("--schools and --uploaded go with a roster: --against or --district.")
    key = chosen_key(mask, mask_key, store)
    roster, chosen = roster_and_profile(against, store, district, snapshot, profile)
    from roster_toolkit.reviewing.review import review

    judge = partial(review, profile=chosen, against=roster, schools=schools, season=season)
    values = not no_values
    with stages() as begin:
        source = sys.stdin.buffer.read() if file == STDIN else file
        name = "stdin" if file == STDIN else None
        result = judge(source, name=name, previous_upload=uploaded, progress=begin)
        last = None if previous is None else judge(previous, progress=begin)
        # The preview takes two more checks, so only where the repaired file is written too.
        repaired = None if out is None else result.impact_after_repairs
        if key is not None:
            begin("Masking names, addresses and IDs")
            result, last = result.masked(key), None if last is None else last.masked(key)
        begin("Writing the report")
        if out is not None:
            # Imported only here: xlsxwriter takes a tenth of the time of a small file.
            from roster_toolkit.report.files import write_bundle

            rejected = errors is Errors.REJECTED
            fixed = _repaired(result) if values and key is None else None
            written = write_bundle(
                result, out, source=None if file == STDIN else file, fixed=fixed,
                findings=findings, rejected=rejected, values=values,
                long_message=message is MessageForm.LONG, repaired=repaired,
                extra=_after_repairs(repaired), progress=begin,
            )  # fmt: skip
            complain(f"Written to {out}: {', '.join(path.name for path in written)}.")
        if form is Format.JSON:
            extra = _after_repairs(repaired) | since(result, last, values=values)
            emit_bytes(review_json(result, findings=findings, values=values, extra=extra))
        else:
            _show(result, file, out, repaired, findings=findings, values=values)
            show_progress(result, last, values=values)
    raise typer.Exit(exit_code(result))


def since(result: Review, last: Review | None, *, values: bool) -> dict[str, Any]:
    """What `--previous` adds to the JSON object."""
    from roster_toolkit.attempts import compare_attempts
    from roster_toolkit.report.attempts import progress_json
    from roster_toolkit.report.words import Words

    if last is None:
        return {}
    words = Words(result.profile, values)
    return {"previous": progress_json(compare_attempts(last, result), last, result, words)}


def show_progress(result: Review, last: Review | None, *, values: bool) -> None:
    """What `--previous` adds to the text."""
    from roster_toolkit.attempts import compare_attempts
    from roster_toolkit.report.attempts import progress_lines
    from roster_toolkit.report.words import Words

    if last is not None:
        words = Words(result.profile, values)
        lines = progress_lines(compare_attempts(last, result), last, result, words)
        emit_text("\n" + "\n".join(lines) + "\n")


def exit_code(result: Review) -> int:
    """The exit code of the verdict."""
    from roster_toolkit.report.reconciliation import exit_code_of

    return exit_code_of(result)


def _show(
    result: Review,
    file: str,
    out: Path | None,
    repaired: Impact | None,
    *,
    findings: bool,
    values: bool,
) -> None:
    from roster_toolkit.report.text import TextReport, listing

    report = TextReport(
        result,
        width=width(),
        color=colors(),
        values=values,
        repaired=repaired,
        command=COMMAND,
        source=file,
        out=str(out) if out and values else "",
    )
    emit_text(report.render())
    if findings:
        emit_bytes(listing(result, values=values))


def _repaired(result: Review) -> Fixed | None:
    """The file with its safe repairs; None where there is nothing to repair."""
    from roster_toolkit.repair import repairable

    return result.fixed() if repairable(result.upload) else None


def _after_repairs(impact: Impact | None) -> dict[str, Any]:
    """What safe repairs would add to the JSON object."""
    from roster_toolkit.report.json import outcomes

    return {} if impact is None else {"impact_after_repairs": outcomes(impact.totals)}
