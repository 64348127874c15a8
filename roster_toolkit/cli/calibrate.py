"""calibrate: learn a portal from what it handed out, accepted and answered."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roster_toolkit.cli.check import STDIN
from roster_toolkit.cli.options import DEFAULT_PROFILE, Format, FormatOption
from roster_toolkit.cli.pairs import apart
from roster_toolkit.cli.stored import open_store
from roster_toolkit.cli.terminal import COMMAND, complain, emit_bytes, emit_text, stages, width
from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from roster_toolkit.calibration.calibrate import Calibration
    from roster_toolkit.calibration.evidence import Given
    from roster_toolkit.districts import StoredDistrict

#: Options that take two files; `app` makes one word of them.
PAIRS = ("--refused", "--counts")
_ALL = "all"
_A_REFUSED_FILE = "the users.csv that was sent and the error report that came back for it"
_A_COUNTED_FILE = "the users.csv that was processed and the report of what became of it"


def calibrate(
    *,
    template: Annotated[
        str | None, typer.Option(metavar="FILE", help="The template that the portal hands out.")
    ] = None,
    dictionary: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Its data dictionary: a table, saved page or text."),
    ] = None,
    accepted: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="A users.csv that it accepted whole; again and again."),
    ] = None,
    refused: Annotated[
        list[str] | None,
        typer.Option(
            metavar="UPLOAD ERRORS",
            help="What was sent, and the error report that came back; again and again.",
        ),
    ] = None,
    help_page: Annotated[
        str | None, typer.Option(metavar="FILE", help="Its help page of error texts, saved.")
    ] = None,
    counts: Annotated[
        list[str] | None,
        typer.Option(
            metavar="UPLOAD REPORT",
            help="What was processed, and what the portal counted (or school=3/0/12/0).",
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="With --counts: a download from before that."),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME|PATH", help="What is believed so far: a name or a TOML file."),
    ] = None,
    date: Annotated[
        str | None, typer.Option(metavar="DAY", help="The day to remember; by default today.")
    ] = None,
    accept: Annotated[
        str, typer.Option(metavar="N,…|all", help="Proposals to choose that are waiting.")
    ] = "",
    decline: Annotated[
        str, typer.Option(metavar="N,…", help="Proposals to leave out that are chosen.")
    ] = "",
    store: Annotated[
        Path | None, typer.Option(metavar="PATH", help="The store that holds the district.")
    ] = None,
    district: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Learn this district's own profile further, and keep it."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="PROFILE.toml", help="Write the learned profile there.")
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    r"""Learn your portal from what you hold of it: any mix of these files.

    Says what in the profile should change, on what that rests and how well it then agrees with what
    the portal did. What nothing speaks against is chosen; the rest waits for --accept.

    Exit code: 0 everything that the portal did is explained, 1 something is not (the profile is
    written all the same), 2 no usable file or option.

    \b
    Example:
      python -m roster_toolkit calibrate --accepted users.csv --out ours.toml
      python -m roster_toolkit calibrate --template template.csv --refused sent.csv errors.csv
      python -m roster_toolkit calibrate --dictionary dictionary.html --decline 2 --out ours.toml
      python -m roster_toolkit calibrate --accepted users.csv --district Avon
    """
    from roster_toolkit.calibration.calibrate import calibrate as learn
    from roster_toolkit.calibration.document import calibration_json
    from roster_toolkit.calibration.telling import told

    answered = [apart(word, "--refused", _A_REFUSED_FILE) for word in refused or ()]
    processed = [apart(word, "--counts", _A_COUNTED_FILE) for word in counts or ()]
    pairs = [file for two in (*answered, *processed) for file in two]
    given = [template, dictionary, help_page, against, *(accepted or ()), *pairs]
    files = [str(file) for file in given if file is not None]
    if out is not None:
        _spare(files, out)
    home = None if district is None else open_store(store)[district]
    if home is None and store is not None:
        raise UsageError("--store goes with --district, whose profile it keeps.")
    with stages() as begin:
        begin("Learning the portal")
        calibration = learn(
            template=_source(template),
            dictionary=_source(dictionary),
            accepted=[_given(file) for file in accepted or ()],
            refused=[(_given(upload), _given(errors)) for upload, errors in answered],
            help_page=_source(help_page),
            counts=[(_given(upload), _given(report)) for upload, report in processed],
            against=against,
            **_starting(profile, home),
            date=date,
            accept=_chosen(accept),
            decline=_numbers(decline, "--decline"),
        )
    if out is not None:
        _keep(calibration, out)
    if home is not None:
        version = home.set_profile(calibration.toml, f"learned on {calibration.date}")
        complain(f"Kept as {home.name}'s own profile, version {version.number}.")
    if form is Format.JSON:
        emit_bytes([calibration_json(calibration)])
    else:
        kept = f"--district {shlex.quote(home.name)}" if home is not None else None
        if out is not None:
            kept = f"--profile {shlex.quote(str(out))}"
        lines = [*told(calibration, width()), "", *_next_steps(calibration, kept)]
        emit_text("\n".join(lines) + "\n")
    raise typer.Exit(0 if calibration.explained else 1)


def _given(file: str) -> Given:
    """A source by its path; - reads stdin."""
    return ("stdin", sys.stdin.buffer.read()) if file == STDIN else file


def _source(file: str | None) -> Given | None:
    return None if file is None else _given(file)


def _chosen(text: str) -> list[int] | str | None:
    """What `--accept` chooses."""
    return _ALL if text.strip() == _ALL else _numbers(text, "--accept") or None


def _numbers(text: str, option: str) -> list[int]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not all(word.isascii() and word.isdigit() for word in words):
        choices = "numbers of proposals, as 2,5"
        also = ", or all" if option == "--accept" else ""
        raise UsageError(f"{option} takes {choices}{also}.")
    return [int(word) for word in words]


def _spare(files: list[str], out: Path) -> None:
    """Raise UsageError where the profile would take the place of a file that it is learned from."""
    from roster_toolkit.files import never_over

    for file in files:
        never_over(out, file, "one of the files to learn from")


def _keep(calibration: Calibration, out: Path) -> None:
    """Write the learned profile where it shall be kept."""
    from roster_toolkit.files import atomic_write

    with atomic_write(out) as file:
        file.write(calibration.toml.encode("utf-8"))
    complain(f"Written to {out}.")


def _starting(profile: str | None, home: StoredDistrict | None) -> dict[str, Any]:
    """What is believed so far: what was named, else what the district's files are judged by."""
    own = home.profile_text() if home is not None and profile is None else None
    if own is not None:
        return {"onto": own}
    return {"profile": profile or (home.profile.name if home is not None else DEFAULT_PROFILE)}


def _next_steps(calibration: Calibration, kept: str | None) -> Iterator[str]:
    waiting = [str(proposal.number) for proposal in calibration.proposals if not proposal.accepted]
    if waiting:
        yield f"To choose what is waiting: --accept {','.join(waiting)}."
    if len(waiting) < len(calibration.proposals):
        yield "To leave one out: --decline N."
    if kept is None:
        yield "Nothing is written yet. To keep this as your portal's profile: --out ours.toml"
    else:
        yield f"Next: {COMMAND} check {calibration.profile.file_name} {kept}"
