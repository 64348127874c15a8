"""snapshot: list, show, compare, export, undo and forget the snapshots of a district."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roster_toolkit.cli.masking import (
    MaskKeyOption,
    MaskOption,
    chosen_key,
    mask_by,
    masked_snapshot,
)
from roster_toolkit.cli.options import Format, FormatOption, ProfileOption, StoreOption
from roster_toolkit.cli.snapshot_backup import backup, restore
from roster_toolkit.cli.snapshot_import import import_
from roster_toolkit.cli.snapshot_profile import profile
from roster_toolkit.cli.snapshot_prune import prune
from roster_toolkit.cli.snapshot_upgrade import upgrade
from roster_toolkit.cli.stored import (
    DistrictOption,
    SchoolOption,
    compare_snapshots,
    open_store,
    sizes_text,
)
from roster_toolkit.cli.terminal import COMMAND, complain, emit_bytes, emit_json, emit_text, help_of
from roster_toolkit.cli.values import Command, Group
from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from roster_toolkit.districts import Store
    from roster_toolkit.model import Profile
    from roster_toolkit.rosters.difference import Difference
    from roster_toolkit.rosters.roster import Roster
    from roster_toolkit.store import District, Snapshot

#: Maximum changes that are listed; `--out` writes all of them.
_CHANGES_LISTED = 20
#: Name, lowest and highest grade of a school that is not in the list of schools.
_UNKNOWN_SCHOOL = ("", "", "")

snapshot_app = typer.Typer(
    cls=Group,
    add_completion=False,
    rich_markup_mode=None,
    help="Keep a district's roster as it was: import, list, show, compare, export, undo, forget.",
    epilog=f"Example: {COMMAND} snapshot import download.csv --district Avon",
)


class Exported(StrEnum):
    """What `export` can write."""

    ALL = "all"
    STUDENTS = "students"
    STAFF = "staff"
    ADMINS = "admins"
    SCHOOLS = "schools"


snapshot_app.command("import", cls=Command)(import_)


@snapshot_app.command("list", cls=Command)
def list_(
    *,
    store: StoreOption = None,
    district: Annotated[
        str | None, typer.Option(metavar="NAME", help="One district; by default all.")
    ] = None,
    form: FormatOption = Format.TEXT,
    mask: MaskOption = False,
    mask_key: MaskKeyOption = None,
) -> None:
    r"""List districts and their snapshots.

    \b
    Example:
      python -m roster_toolkit snapshot list
      python -m roster_toolkit snapshot list --district Avon
    """
    from roster_toolkit.profile import load_profile

    roster_store = open_store(store)
    districts = [roster_store.district(district)] if district else list(roster_store.districts())
    snapshots = {stored.name: roster_store.snapshots(stored.name) for stored in districts}
    if key := chosen_key(mask, mask_key, store):
        masked = mask_by(key, load_profile())
        snapshots = {
            masked.district(name): tuple(masked_snapshot(one, masked) for one in listed)
            for name, listed in snapshots.items()
        }
        districts = [replace(stored, name=masked.district(stored.name)) for stored in districts]
    if form is Format.JSON:
        document = [
            {
                "district": stored.name,
                "source": stored.source,
                "own_profile": stored.own_profile,
                "snapshots": [_as_json(one) for one in snapshots[stored.name]],
            }
            for stored in districts
        ]
        emit_json({"districts": document})
        return
    lines: list[str] = []
    for stored in districts:
        lines += [
            f"{stored.name} ({stored.source}{_own_profile(stored)})",
            *map(_snapshot_line, snapshots[stored.name]),
            "",
        ]
    emit_text("\n".join(lines or ["The store has no district.", ""]))


def _own_profile(stored: District) -> str:
    return "" if stored.own_profile is None else f"; its own profile, version {stored.own_profile}"


def _snapshot_line(snapshot: Snapshot) -> str:
    label = f": {snapshot.label}" if snapshot.label else ""
    origin = f" from {snapshot.origin}" if snapshot.origin else ""
    made = f"{snapshot.made:%Y-%m-%d %H:%M}"
    return f"  {snapshot.number:>4}  {made}  {sizes_text(snapshot)}{origin}{label}"


@snapshot_app.command("show", cls=Command)
def show(
    *,
    district: DistrictOption,
    store: StoreOption = None,
    number: Annotated[
        int | None, typer.Option("--snapshot", metavar="N", help="By default the latest.")
    ] = None,
    profile: ProfileOption = None,
    form: FormatOption = Format.TEXT,
    mask: MaskOption = False,
    mask_key: MaskKeyOption = None,
) -> None:
    r"""Show what a snapshot holds, by school.

    \b
    Example:
      python -m roster_toolkit snapshot show --district Avon --snapshot 3
    """
    from roster_toolkit.rosters.parts import school_sizes
    from roster_toolkit.rosters.roster import SCHOOL_FACTS, Kind

    roster_store = open_store(store)
    chosen = roster_store.profile_of(district, profile)
    context = roster_store.against(district, number, profile=chosen)
    (snapshot,) = (s for s in roster_store.snapshots(district) if s.number == context.snapshot)
    roster = context.roster
    if key := chosen_key(mask, mask_key, store):
        from roster_toolkit.masking.rosters import masked_roster

        masked = mask_by(key, chosen, roster)
        roster, snapshot = masked_roster(roster, masked), masked_snapshot(snapshot, masked)
    sizes = {
        (school, kind): count for school, kind, count in school_sizes(roster, chosen).iter_rows()
    }
    facts = {
        school: (name, low, high)
        for school, name, low, high in roster.schools.select("schoolId", *SCHOOL_FACTS).iter_rows()
    }
    kinds = [kind for kind in Kind if kind is not Kind.SCHOOL]
    rows = {
        school: {kind.value: sizes.get((school, kind.value), 0) for kind in kinds}
        for school in sorted(facts.keys() | {school for school, _ in sizes})
    }
    if form is Format.JSON:
        keys = ("name", "low_grade", "high_grade")
        by_school = {
            school: dict(zip(keys, facts.get(school, _UNKNOWN_SCHOOL), strict=True)) | counts
            for school, counts in rows.items()
        }
        emit_json({**_as_json(snapshot), "by_school": by_school})
        return
    from roster_toolkit.text import number as number_text
    from roster_toolkit.text import printable

    made = f"{snapshot.made:%Y-%m-%d %H:%M}"
    wide = max((len(printable(school)) for school in rows), default=0)
    wide = max(wide, len("school"))
    lines = [
        f"Snapshot {snapshot.number} of {snapshot.district}, {made}: {sizes_text(snapshot)}.",
        "",
        f"  {'school':<{wide}}" + "".join(f"{kind.value:>12}" for kind in kinds),
        *(
            f"  {printable(school):<{wide}}"
            + "".join(f"{number_text(count):>12}" for count in counts.values())
            + _name_and_grades(*facts.get(school, _UNKNOWN_SCHOOL))
            for school, counts in rows.items()
        ),
    ]
    emit_text("\n".join(lines) + "\n")


def _name_and_grades(name: str, low: str, high: str) -> str:
    """A school's name and grades; blank where they are unknown."""
    from roster_toolkit.text import printable

    grades = "-".join(dict.fromkeys(grade for grade in (low, high) if grade))
    parts = [printable(part) for part in (name, grades and f"({grades})") if part]
    return f"  {' '.join(parts)}" if parts else ""


@snapshot_app.command("compare", cls=Command)
def compare(
    first: Annotated[int, typer.Argument(metavar="A", help="The earlier snapshot.")],
    second: Annotated[int, typer.Argument(metavar="B", help="The later snapshot.")],
    *,
    district: DistrictOption,
    store: StoreOption = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every change there as CSV.")
    ] = None,
    profile: ProfileOption = None,
    form: FormatOption = Format.TEXT,
    mask: MaskOption = False,
    mask_key: MaskKeyOption = None,
) -> None:
    r"""Say what differs between two snapshots, field by field.

    \b
    Example:
      python -m roster_toolkit snapshot compare 3 5 --district Avon --out changes.csv
    """
    roster_store = open_store(store)
    chosen = roster_store.profile_of(district, profile)
    differences = compare_snapshots(roster_store, district, first, second, chosen)
    if key := chosen_key(mask, mask_key, store):
        from roster_toolkit.masking import masked_difference

        rosters = (roster_store.roster(district, number) for number in (first, second))
        masked = mask_by(key, chosen, *rosters)
        differences, district = masked_difference(differences, masked), masked.district(district)
    if out is not None:
        from roster_toolkit.files import atomic_write
        from roster_toolkit.report.tables import difference_csv

        with atomic_write(out) as file:
            file.write(difference_csv(differences))
        complain(f"Written to {out}.")
    if form is Format.JSON:
        counts = {
            kind.value: {what.value.replace(" ", "_"): n for what, n in outcomes.items()}
            for kind, outcomes in differences.counts.items()
        }
        emit_json(
            {
                "district": district, "before": first, "after": second, "counts": counts,
                "changes": differences.changes.to_dicts(),
                "repeated": differences.repeated.to_dicts(),
            }
        )  # fmt: skip
        return
    emit_text("\n".join(_difference_lines(differences, first, second)) + "\n")


def _difference_lines(differences: Difference, first: int, second: int) -> list[str]:
    from roster_toolkit.report.outcomes import outcome_lines
    from roster_toolkit.text import counted, quoted

    if differences.nothing:
        return [f"Snapshots {first} and {second} are the same."]
    lines = [f"From snapshot {first} to {second}:", *outcome_lines(differences.table), ""]
    for kind, key, _, field, before, after in differences.changes.head(_CHANGES_LISTED).iter_rows():
        if field:
            lines.append(f"  {kind} {quoted(key)}: {field} {quoted(before)} → {quoted(after)}")
        else:
            lines.append(f"  {kind} {quoted(key)} {'created' if after else 'removed'}")
    more = differences.changes.height - _CHANGES_LISTED
    if more > 0:
        lines.append(f"  and {counted(more, 'more change')}; --out FILE writes all of them")
    if not differences.repeated.is_empty():
        keys = counted(differences.repeated.height, "key")
        lines.append(f"Left out, because they are there more than once: {keys}.")
    return lines


@snapshot_app.command("undo", cls=Command)
def undo(
    *,
    district: DistrictOption,
    store: StoreOption = None,
    number: Annotated[
        int | None, typer.Option("--number", metavar="N", help="The snapshot to undo.")
    ] = None,
) -> None:
    r"""Undo the latest snapshot: the roster is what it was before.

    Repeated, it goes further back, to an empty district at last. Without --number nothing is
    changed; it says which one would be undone.

    Exit code: 0 undone, 1 nothing was changed as no number was given, 2 no such snapshot.

    \b
    Example:
      python -m roster_toolkit snapshot undo --district Avon --number 3
    """
    roster_store = open_store(store)
    stored = roster_store.district(district)
    if number is None:
        emit_text("\n".join(_undo_preview(roster_store, stored)) + "\n")
        raise typer.Exit(1)
    latest = roster_store.undo(district, number)
    state = "has no snapshot now" if latest is None else f"is what it was in snapshot {latest}"
    emit_text(f"Undone: snapshot {number}. The roster of {stored.name} {state}.\n")


def _undo_preview(roster_store: Store, stored: District) -> list[str]:
    """Say which snapshot `undo` would undo, and how."""
    if stored.latest is None:
        return [f"{stored.name} has no snapshot to undo."]
    snapshot = roster_store.snapshots(stored.name)[-1]
    before = stored.snapshots[-2] if len(stored.snapshots) > 1 else None
    goal = "an empty district" if before is None else f"snapshot {before}"
    return [
        f"This would undo snapshot {snapshot.number} of {stored.name}, back to {goal}:",
        _snapshot_line(snapshot),
        f"Nothing was changed. If you intended that, add --number {snapshot.number}.",
    ]


@snapshot_app.command("forget", cls=Command)
def forget(
    *,
    district: DistrictOption,
    store: StoreOption = None,
    before: Annotated[
        int | None, typer.Option(metavar="N", help="Only the snapshots before this one.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
) -> None:
    r"""Delete a district, or its earlier snapshots, permanently.

    What is deleted is in the store's file no longer, not even as unused bytes.

    \b
    Example:
      python -m roster_toolkit snapshot forget --district Avon --before 5 --yes
    """
    roster_store = open_store(store)
    stored = roster_store.district(district)
    numbers = [n for n in stored.snapshots if before is None or n < before]
    what = f"the district {stored.name!r}" if before is None else f"snapshots of {stored.name!r}"
    if not yes:
        raise UsageError(
            f"This would delete {what}, {len(numbers)} of {len(stored.snapshots)} snapshots, "
            "permanently. Add --yes to do it."
        )
    roster_store.forget(district, before)
    emit_text(
        f"Deleted permanently: {what}, {len(numbers)} of {len(stored.snapshots)} snapshots.\n"
    )


@snapshot_app.command("export", cls=Command)
def export(
    *,
    district: DistrictOption,
    store: StoreOption = None,
    data: Annotated[
        Exported, typer.Option(help="Which part of the district, or its list of schools.")
    ] = Exported.ALL,
    school: SchoolOption = "",
    ids: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Only the people whose IDs it lists.")
    ] = None,
    number: Annotated[
        int | None, typer.Option("--snapshot", metavar="N", help="By default the latest.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="By default it goes to stdout.")
    ] = None,
    profile: ProfileOption = None,
) -> None:
    r"""Write a snapshot as a users.csv, like a download of current data.

    A district of a third party gives its staff and admins only. With --data schools it is the list
    of schools instead: schoolId, schoolName, lowGrade, highGrade.

    \b
    Example:
      python -m roster_toolkit snapshot export --district Avon --data staff --out staff.csv
    """
    from roster_toolkit.rosters.export import schools_csv, users_csv

    roster_store = open_store(store)
    chosen = roster_store.profile_of(district, profile)
    if "student" not in chosen.accepts_people and data in (Exported.ALL, Exported.STUDENTS):
        raise UsageError(
            f"{district!r} is rostered by a third party: only --data staff and --data admins can "
            "be exported, beside --data schools."
        )
    roster = roster_store.against(district, number, profile=chosen).roster
    if data is Exported.SCHOOLS:
        content = schools_csv(roster)
    else:
        user_ids = None if ids is None else _ids_in(ids)
        content = users_csv(roster, chosen, part=data.value, school=school or None, ids=user_ids)
        if not school and user_ids is None:
            _say_placeless(roster, chosen, data)
    if out is None:
        emit_bytes([content])
        return
    from roster_toolkit.files import atomic_write

    with atomic_write(out) as file:
        file.write(content)
    complain(f"Written to {out}.")


def _say_placeless(roster: Roster, profile: Profile, data: Exported) -> None:
    """Say who of the part is at no school, and so in no row: imported again, they would leave."""
    from roster_toolkit.model import Part
    from roster_toolkit.rosters.parts import of_part
    from roster_toolkit.text import counted

    people = roster.people.filter(of_part(profile, Part(data.value)))
    placeless = people.join(roster.memberships, on="person", how="anti").height
    if placeless:
        who = counted(placeless, "person is", "people are")
        complain(f"{who} at no school and so in no row of it.")


def _ids_in(path: Path) -> list[str]:
    """Read IDs from a file, one per line; what follows a comma is ignored."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError):
        raise UsageError(f"The list of IDs {path.name} cannot be read as text.") from None
    return [line.split(",")[0].strip().strip('"') for line in lines]


def _as_json(snapshot: Snapshot) -> dict[str, object]:
    return {
        "snapshot": snapshot.number, "made": f"{snapshot.made.isoformat()}Z",
        "label": snapshot.label,
        "origin": snapshot.origin, "source": snapshot.source, "profile": snapshot.profile,
        "school_list": snapshot.school_list,
        "counts": {kind.value: count for kind, count in snapshot.counts.items()},
    }  # fmt: skip


snapshot_app.command("profile", cls=Command)(profile)
snapshot_app.command("prune", cls=Command)(prune)
snapshot_app.command("backup", cls=Command)(backup)
snapshot_app.command("restore", cls=Command)(restore)
snapshot_app.command("upgrade", cls=Command)(upgrade)

for command in snapshot_app.registered_commands:
    if command.callback is not None:
        command.help = help_of(command.callback)
