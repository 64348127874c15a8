"""The commands by name, and how their exceptions become messages and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from copy import copy
from functools import cache

import typer
from typer.exceptions import TyperException

from roster_toolkit.cli.batch import batch
from roster_toolkit.cli.calibrate import PAIRS, calibrate
from roster_toolkit.cli.check import check
from roster_toolkit.cli.dictionary import dictionary
from roster_toolkit.cli.explain import explain
from roster_toolkit.cli.fix import fix
from roster_toolkit.cli.pairs import joined
from roster_toolkit.cli.process import process
from roster_toolkit.cli.rules import rules
from roster_toolkit.cli.sample import sample
from roster_toolkit.cli.snapshot import snapshot_app
from roster_toolkit.cli.template import template
from roster_toolkit.cli.terminal import COMMAND, complain, help_of
from roster_toolkit.cli.values import Command, Group
from roster_toolkit.errors import ToolkitError

app = typer.Typer(
    cls=Group,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Checks a users.csv for Batch Upload before you upload it.",
    epilog=f"Example: {COMMAND} check users.csv",
)
for command in (
    check, fix, process, batch, calibrate, rules, explain, dictionary, template, sample,
):  # fmt: skip
    app.command(cls=Command, help=help_of(command))(command)
app.add_typer(snapshot_app, name="snapshot")

#: How a first word ends that is a file where a command belongs.
_OF_FILES = (".csv", ".xlsx")
UNUSABLE = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; every exception becomes one sentence."""
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0].lower().endswith(_OF_FILES):
        complain(f"To check a file: {COMMAND} check {words[0]}")
        return UNUSABLE
    try:
        code = _made(words[0] if words else "")(
            args=joined(words, PAIRS) or ["--help"], prog_name=COMMAND, standalone_mode=False
        )
    except BaseException as error:  # noqa: BLE001  (no traceback ever; a panic of Polars is no Exception)
        sentence, code = _sentence_and_code(error)
        if sentence:
            complain(sentence)
    return (code if isinstance(code, int) else 0) if words else UNUSABLE


@cache
def _made(first_word: str) -> Callable[..., object]:
    """The commands as Typer makes them, of which the others are left out if one is asked for.

    To make all takes a tenth of the time that a check of ten rows does.
    """
    asked_for = [
        made
        for made in app.registered_commands
        if getattr(made.callback, "__name__", "") == first_word
    ]
    if not asked_for:
        return typer.main.get_command(app)
    alone = copy(app)
    alone.registered_commands, alone.registered_groups = asked_for, []
    return typer.main.get_group(alone)


def _sentence_and_code(error: BaseException) -> tuple[str, int]:
    """The message for an exception, and the exit code."""
    match error:
        case ToolkitError():
            return str(error), UNUSABLE
        case TyperException():
            sentence = error.format_message().replace("Value error, ", "")
            stop = "" if sentence.endswith((".", "?")) else "."
            return f"{sentence}{stop} {COMMAND} --help says more.", UNUSABLE
        case KeyboardInterrupt() | typer.Abort():
            return "", INTERRUPTED
        case SystemExit(code=int(code)):
            return "", code
    kind = type(error).__name__  # the text of the exception may hold a cell
    return f"Something of ours failed ({kind}); please report it with the command that you ran.", 1
