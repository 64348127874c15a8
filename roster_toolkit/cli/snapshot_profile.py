"""snapshot profile: a district's own profile, its versions, and the last one undone."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from roster_toolkit.cli.options import Format, FormatOption, StoreOption
from roster_toolkit.cli.stored import DistrictOption, open_store
from roster_toolkit.cli.terminal import COMMAND, emit_bytes, emit_json, emit_text
from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from roster_toolkit.districts import StoredDistrict
    from roster_toolkit.store import ProfileVersion


def profile(
    *,
    district: DistrictOption,
    store: StoreOption = None,
    set_: Annotated[
        Path | None,
        typer.Option(
            "--set", metavar="FILE.toml", help="Make it the next version, which is then in use."
        ),
    ] = None,
    note: Annotated[
        str, typer.Option(metavar="TEXT", help="With --set: why, for the list of versions.")
    ] = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Use the version before again; at last none.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List all versions.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Print the TOML of the one in use.")] = (
        False
    ),
    form: FormatOption = Format.TEXT,
) -> None:
    r"""Show, set or undo a district's own profile, by which its files are checked.

    A profile named on the command goes before the district's own, its own before that of its
    source. What is set extends one of the toolkit's profiles by name, and no file.

    Exit code: 0 done, 2 no usable profile, store or option.

    \b
    Example:
      python -m roster_toolkit snapshot profile --district Avon
      python -m roster_toolkit snapshot profile --district Avon --set ours.toml --note 2026-11
      python -m roster_toolkit snapshot profile --district Avon --undo
    """
    if sum((set_ is not None, undo, list_, show)) > 1:
        raise UsageError("--set, --undo, --list and --show each do one thing; choose one of them.")
    if note and set_ is None:
        raise UsageError("--note goes with --set, whose version it is about.")
    stored = open_store(store)[district]
    if list_:
        _list(stored, form)
    elif show:
        _show(stored, form)
    elif undo:
        _undo(stored, form)
    else:
        _tell(stored, form, "" if set_ is None else _set(stored, set_, note))


def _set(stored: StoredDistrict, path: Path, note: str) -> str:
    """Set the profile of a file, and say so."""
    from roster_toolkit.profile import profile_text

    before = stored.profile_versions
    version = stored.set_profile(profile_text(path), note)
    if version in before:
        return f"Nothing to change: {path.name} is in use already."
    return f"Set: version {version.number}."


def _undo(stored: StoredDistrict, form: Format) -> None:
    """Take back the version that holds; the one before is not read, as it may be unreadable too."""
    taken_back = stored.store.district(stored.name).own_profile
    holding = stored.undo_profile()
    if form is Format.JSON:
        emit_json({"district": stored.name, "taken_back": taken_back, "holds": holding})
        return
    now = (
        f"{stored.name} has no profile of its own now"
        if holding is None
        else f"Version {holding} of {stored.name}'s own profile is in use again"
    )
    emit_text(f"Undone: version {taken_back}. {now}.\n")


def _tell(stored: StoredDistrict, form: Format, done: str) -> None:
    """Say by what the district is judged."""
    chosen = stored.profile
    number = chosen.choice.number
    version = next((each for each in stored.profile_versions if each.number == number), None)
    if form is Format.JSON:
        judged = {"name": chosen.name, "version": chosen.version, "sha256": chosen.sha256,
                  "from": chosen.choice.by.value}  # fmt: skip
        emit_json(
            {
                "district": stored.name,
                "profile": judged,
                "own": None if version is None else _as_json(version),
            }
        )
        return
    lines = [done] if done else []
    if version is None:
        lines.append(
            f"{stored.name} has no profile of its own; its files are checked by {chosen.name} "
            f"{chosen.version}, that of its source ({stored.source})."
        )
    else:
        lines.append(
            f"The files of {stored.name} are checked by {chosen.name} {chosen.version}, its own: "
            f"{_version_words(version)}."
        )
    emit_text("\n".join(lines) + "\n")


def _list(stored: StoredDistrict, form: Format) -> None:
    versions = stored.profile_versions
    holding = stored.store.district(stored.name).own_profile
    if form is Format.JSON:
        emit_json(
            {
                "district": stored.name,
                "holds": holding,
                "versions": [_as_json(version) for version in versions],
            }
        )
        return
    lines = [
        f"  {version.number:>4}  {version.made:%Y-%m-%d %H:%M}  {version.sha256[:12]}"
        f"{_state(version, holding)}{_noted(version)}"
        for version in versions
    ]
    head = f"{stored.name} ({stored.source})"
    emit_text("\n".join([head, *(lines or ["  no profile of its own"])]) + "\n")


def _show(stored: StoredDistrict, form: Format) -> None:
    text = stored.profile_text()
    if text is None:
        raise UsageError(
            f"{stored.name!r} has no profile of its own to show; {COMMAND} snapshot profile "
            f"--district {shlex.quote(stored.name)} --set FILE.toml gives it one."
        )
    if form is Format.JSON:
        number = stored.store.district(stored.name).own_profile
        emit_json({"district": stored.name, "number": number, "toml": text})
    else:
        emit_bytes([text.encode()])


def _version_words(version: ProfileVersion) -> str:
    return f"version {version.number} of {version.made:%Y-%m-%d %H:%M}{_noted(version)}"


def _noted(version: ProfileVersion) -> str:
    from roster_toolkit.text import printable

    return f", {printable(version.note)}" if version.note else ""


def _state(version: ProfileVersion, holding: int | None) -> str:
    if version.number == holding:
        return "  in use"
    return "  undone" if version.taken_back else "  earlier"


def _as_json(version: ProfileVersion) -> dict[str, Any]:
    return {**asdict(version), "made": f"{version.made.isoformat()}Z"}
