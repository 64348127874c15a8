"""The road from a file with faults to one that can be uploaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.files import atomic_write, never_over
from roster_toolkit.ingest.csv.layout import Layout, find_layout
from roster_toolkit.ingest.csv.other_delimiters import with_one_delimiter
from roster_toolkit.ingest.decode import (
    UTF8,
    UTF8_BOM,
    Text,
    as_text,
    in_its_encoding,
    survey,
)
from roster_toolkit.ingest.reading import as_meant
from roster_toolkit.ingest.source import open_source
from roster_toolkit.ingest.workbook import workbook_as_csv
from roster_toolkit.model import Obstacle, Profile, Remark, Rule, Upload
from roster_toolkit.repair.confirm import Confirmed, read_confirmed
from roster_toolkit.repair.csv_patch import written
from roster_toolkit.repair.draft import Draft, first_draft
from roster_toolkit.repair.headers import (
    Rename,
    as_split,
    may_move,
    renamed,
    renames,
    taken_off,
)
from roster_toolkit.repair.log import ENCODING, log_of, not_made_of
from roster_toolkit.repair.model import NO_RECORD, Edits, Fixed
from roster_toolkit.repair.resolve import Check, Resolved, no_new_errors, resolve_repairs
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rules.file import foreign_encoding
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.validate import Validation, carried_over, validate


def apply_fixes(
    source: str | Path | bytes,
    upload: Upload,
    validation: Validation,
    profile: Profile,
    *,
    confirm: Sequence[str] = (),
    against: RosterContext | None = None,
    edits: Edits | None = None,
) -> Fixed:
    """The file with all safe repairs, and those that were confirmed (`RT103`, `RT103:value`).

    `upload` and `validation` are what was read from `source` and found in it, `against` the roster
    that it was judged by. `edits` are those made by hand that are in the file already: they stand,
    and are in the log. Nothing is written.

    Raises ToolkitError where the file cannot be repaired at all, UsageError where `confirm` names
    what cannot be confirmed or the file is no longer the one that was read.

    >>> fixed = rt.apply_fixes(story.upload, review.upload, review.validation, review.profile)
    >>> fixed.log.columns
    ['row', 'column', 'code', 'before', 'after']
    """

    def draft() -> Drafted:
        return draft_repairs(
            upload, validation, profile, confirm=confirm, against=against, edits=edits
        )

    return fixed_by(draft, source, upload, profile, validation.rules)[0]


def fixed_by(
    draft: Callable[[], Drafted],
    source: str | Path | bytes,
    upload: Upload,
    profile: Profile,
    rules: Mapping[str, Rule],
) -> tuple[Fixed, Drafted]:
    """The file with the repairs of a draft, and the draft; the bytes are read while it is made.

    Raises what `apply_fixes` raises.
    """
    require_repairable(upload)
    with ThreadPoolExecutor(1) as executor:
        reading = executor.submit(read_anew, source, upload, profile)
        drafted = draft()
        text, layout = reading.result()
    state, changes = drafted.state, drafted.renames
    fixed = Fixed(
        encoded(written(state.draft, text, layout), state.draft, source),
        log_of(state.draft, changes, rules),
        not_made_of(state, changes, rules, stays=drafted.stays),
    )
    return fixed, drafted


@dataclass(frozen=True)
class Drafted:
    """The table with repairs in it, before it is written."""

    state: Resolved
    renames: tuple[Rename, ...]
    stays: bool
    """Whether the action column had to stay where it is."""

    def found_in(self, copy: Upload) -> Validation | None:
        """What is wrong with the copy, once written and read, as far as it is known by now.

        None where it has to be judged: something of it is not as it was drafted, or no repair was
        made, so that no draft was judged.
        """
        draft = self.state.draft
        if draft.repairs.is_empty():
            return None
        return carried_over(self.state.validation, draft.upload, copy, draft.profile)


def draft_repairs(
    upload: Upload,
    validation: Validation,
    profile: Profile,
    *,
    confirm: Sequence[str] = (),
    against: RosterContext | None = None,
    own: Sequence[Rule] = (),
    edits: Edits | None = None,
) -> Drafted:
    """The repairs, made in memory and judged like the file itself, so that none makes a new error.

    What a rename of headers brings to light is not new, nor what a workbook hid. `own` are rules
    besides those of the catalogue, `edits` what was edited by hand, which stands. Raises what
    `apply_fixes` raises.
    """
    require_repairable(upload)

    def judge(draft: Upload) -> Validation:
        return validate(draft, profile, against, own=own)

    confirmed = read_confirmed(confirm, validation.rules)
    changes = renames(upload, profile, validation.rules, confirmed, edits)
    as_utf8 = confirmed.covers(ENCODING, upload.encoding)
    draft = _with_header(upload, changes, profile, edits, names_are_right=as_utf8)
    if confirmed.covers(NO_RECORD, Remark.GLUED):
        draft = draft.without_glue()
    if draft.unglued or any(change.made for change in changes) or upload.obstacle is not None:
        validation = judge(draft.upload)
    state = resolve_repairs(draft, validation, confirmed, judge)
    state, stays = _with_action_first(state, confirmed, judge)
    return Drafted(state, changes, stays)


def _with_header(
    upload: Upload,
    changes: tuple[Rename, ...],
    profile: Profile,
    edits: Edits | None,
    *,
    names_are_right: bool,
) -> Draft:
    """The first draft under the headers that it may have."""
    split = next((change for change in changes if change.splits and change.made), None)
    if split is not None:
        upload = as_split(upload, split.position, profile)
        if edits is not None:
            beyond = (pl.col("place") > split.position).cast(pl.UInt32)
            edits = replace(edits, cells=edits.cells.with_columns(pl.col("place") + beyond))
    draft = first_draft(upload, profile, edits, names_are_right=names_are_right)
    if split is not None:
        return replace(draft, header_anew=True)
    draft = draft.without_columns(taken_off(changes))
    if any(change.made and change.name for change in changes):
        typed = renamed(upload, changes)
        draft = draft.with_headers(tuple(typed[place] for place in draft.places))
    return draft


def encoded(data: bytes, draft: Draft, source: str | Path | bytes) -> bytes:
    """The repaired file, UTF-8 as it was written, in the encoding that the draft keeps.

    Raises UsageError where that has no such letters.
    """
    if draft.upload.encoding.startswith(UTF8):
        return data
    opened = open_source(source, draft.upload.name)
    kept = in_its_encoding(data, opened, draft.upload.encoding)
    if kept is None:
        raise UsageError(
            f"{draft.upload.name} stays {draft.upload.encoding}, as its names do not fit that, and "
            "a confirmed value has letters which that lacks. Confirm "
            f"{rule_of(foreign_encoding).code} too, or export the file again as UTF-8."
        )
    return kept


def name_of_copy(name: str) -> str:
    """What the repaired copy of a file is called: that of a workbook is a CSV."""
    return f"{Path(name).stem}.csv" if Path(name).suffix.lower() == ".xlsx" else name


def repairable(upload: Upload) -> bool:
    """Whether a file holds a table that can be repaired: text, or a workbook with our headers."""
    of_workbook = upload.obstacle is Obstacle.WORKBOOK and bool(upload.header)
    return upload.obstacle is None or of_workbook


def require_repairable(upload: Upload) -> None:
    """Raise ToolkitError, a sentence, where there is no table to repair."""
    if not repairable(upload):
        where = "" if upload.obstacle_row is None else f" in row {upload.obstacle_row}"
        raise ToolkitError(f"nothing to fix: {upload.name} is {upload.obstacle_detail}{where}.")


def write_fixed(fixed: Fixed, target: str | Path, *, source: str | Path | None = None) -> None:
    """Write the repaired file, whole or not at all, never over the customer's own.

    Raises UsageError where `target` is the file that was read, ToolkitError where it cannot be
    written.
    """
    path = Path(target)
    never_over(path, source)
    with atomic_write(path) as file:
        file.write(fixed.data)


def read_anew(source: str | Path | bytes, upload: Upload, profile: Profile) -> tuple[Text, Layout]:
    """The text of the file that was read, and where its records begin."""
    opened = open_source(source, upload.name)
    may_be_workbook = upload.is_error_file or upload.obstacle is Obstacle.WORKBOOK
    # That these bytes are UTF-8 was proven when they were read, and the digest tells that they are
    # the same. The proof takes twice as long as the rest of the survey.
    proven = not may_be_workbook and upload.encoding in (UTF8, UTF8_BOM)
    facts = survey(opened, sure_utf8=proven)
    if facts.sha256 != upload.sha256:
        raise UsageError(f"{upload.name} has changed since it was checked; check it again.")
    if may_be_workbook and (sheet := workbook_as_csv(opened, profile)) is not None:
        opened = opened.recoded(sheet.text)
        facts = survey(opened)
    text = as_text(opened, facts)
    if text is not None:
        text = as_meant(text, profile).text
    layout = None if text is None else find_layout(text, profile)
    if text is None or layout is None:
        raise ToolkitError(f"nothing to fix: {upload.name} holds no table.")
    return (with_one_delimiter(text, layout)[0] if upload.other_delimiter else text), layout


def _with_action_first(
    state: Resolved, confirmed: Confirmed, check: Check
) -> tuple[Resolved, bool]:
    """The same with the action column in front; True with it where that would make a new error."""
    draft: Draft = state.draft
    if not may_move(draft.upload, state.validation.rules):
        return state, False
    moved = draft.with_first("action")
    validation = check(moved.upload)
    if not no_new_errors(state.validation, validation):
        return state, True
    return resolve_repairs(moved, validation, confirmed, check), False
