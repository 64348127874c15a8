"""check: what the portal would do with a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roster_toolkit.cli.masking import MaskKeyOption, MaskOption, chosen_key
from roster_toolkit.cli.options import (
    DEFAULT_SEASON,
    AgainstOption,
    BesideOption,
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
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…", help="A users.csv, demographics.csv or both; - reads stdin."
        ),
    ],
    *,
    profile: ProfileOption = None,
    against: AgainstOption = None,
    store: StoreOption = None,
    district: DistrictOption = None,
    snapshot: SnapshotOption = None,
    schools: SchoolsOption = None,
    beside: BesideOption = None,
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
    r"""Say what the portal would do with a file, or with the files of one upload.

    Exit code: 0 every row would be accepted, 1 rows rejected, 2 no usable file or option,
    3 the whole file rejected. Of two files, that of the worse; with --out each has its own folder.

    \b
    Example:
      python -m roster_toolkit check users.csv
      python -m roster_toolkit check users.csv --against download.csv --out report
      python -m roster_toolkit check users.csv --district Avon --uploaded last-month.csv
      python -m roster_toolkit check corrected.csv --previous users.csv
      python -m roster_toolkit check users.csv demographics.csv
      python -m roster_toolkit check demographics.csv --with users.csv
    """
    if len(files) > 1 and (previous is not None or beside is not None or files.count(STDIN) > 1):
        raise UsageError("--previous, --with and standard input go with one file.")
    if against is None and district is None and (schools is not None or uploaded is not None):
        raise UsageError("--schools and --uploaded go with a roster: --against or --district.")
    key = chosen_key(mask, mask_key, store)
    roster, chosen = roster_and_profile(against, store, district, snapshot, profile)
    from roster_toolkit.reviewing.together import review_together

    options: dict[str, Any] = {
        "profile": chosen, "against": roster, "schools": schools, "season": season,
    }  # fmt: skip
    if beside is not None:
        options["beside"] = beside
    show = _Showing(
        form, out, values=not no_values, findings=findings, rejected=errors is Errors.REJECTED,
        long_message=message is MessageForm.LONG, several=len(files) > 1,
    )  # fmt: skip
    with stages() as begin:
        sources = [sys.stdin.buffer.read() if file == STDIN else file for file in files]
        names = ["stdin" if file == STDIN else None for file in files]
        results = review_together(
            sources, names=names, previous_upload=uploaded, progress=begin, **options
        )
        last = None
        if previous is not None:
            last = review_together([previous], progress=begin, **options)[0]
        for file, result in zip(files, results, strict=True):
            # The preview takes two more checks, so only where the repaired file is written too.
            repaired = None if out is None else result.impact_after_repairs
            shown = result
            if key is not None:
                begin("Masking names, addresses and IDs")
                shown, last = result.masked(key), None if last is None else last.masked(key)
            begin("Writing the report")
            show(shown, file, repaired, last, begin)
        show.end()
    raise typer.Exit(max(map(exit_code, results)))


@dataclass
class _Showing:
    """Writes what is known of each file: its folder, and text or JSON on stdout."""

    form: Format
    out: Path | None
    values: bool
    findings: bool
    rejected: bool
    long_message: bool
    several: bool
    """Whether there are several files: each has a folder, and all of them one JSON object."""
    documents: list[bytes] = field(default_factory=list)
    shown: int = 0

    def __call__(
        self,
        result: Review,
        file: str,
        repaired: Impact | None,
        last: Review | None,
        begin: Callable[[str], None],
    ) -> None:
        """Write one file's folder and report."""
        from roster_toolkit.report.json import review_json

        folder = self._folder(result)
        if folder is not None:
            # Imported only here: xlsxwriter takes a tenth of the time of a small file.
            from roster_toolkit.report.files import write_bundle

            fixed = _repaired(result) if self.values and not result.is_masked else None
            written = write_bundle(
                result, folder, source=None if file == STDIN else file, fixed=fixed,
                findings=self.findings, rejected=self.rejected, values=self.values,
                long_message=self.long_message, repaired=repaired,
                extra=_after_repairs(repaired), progress=begin,
            )  # fmt: skip
            complain(f"Written to {folder}: {', '.join(path.name for path in written)}.")
        if self.form is Format.JSON:
            extra = _after_repairs(repaired) | since(result, last, values=self.values)
            pieces = review_json(result, findings=self.findings, values=self.values, extra=extra)
            if self.several:
                self.documents.append(b"".join(pieces).strip())
            else:
                emit_bytes(pieces)
            return
        if self.shown:
            emit_text("\n")
        self.shown += 1
        _show(result, file, folder, repaired, findings=self.findings, values=self.values)
        show_progress(result, last, values=self.values)

    def end(self) -> None:
        """Write what is about all files."""
        if self.form is Format.JSON and self.several:
            from roster_toolkit.report.json import reviews_json

            emit_bytes(reviews_json(self.documents))

    def _folder(self, result: Review) -> Path | None:
        """Where the files of a review go; of several, each under the name of its kind."""
        if self.out is None or not self.several:
            return self.out
        return self.out / Path(result.profile.file_name).stem


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
