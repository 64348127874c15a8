"""snapshot: a district's roster as it was, imported, listed, compared, exported and forgotten."""

from __future__ import annotations

import json
import textwrap
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roster_toolkit.cli.options import (
    DEFAULT_SEASON,
    Format,
    FormatOption,
    ProfileOption,
    SchoolsOption,
    SeasonOption,
    StoreOption,
)
from roster_toolkit.cli.terminal import COMMAND, complain, emit_bytes, emit_text, help_of
from roster_toolkit.errors import UsageError

if TYPE_CHECKING:
    from roster_toolkit.districts import Store
    from roster_toolkit.model import Profile
    from roster_toolkit.operations.importing import Imported
    from roster_toolkit.rosters.difference import Difference
    from roster_toolkit.store import District, Snapshot

#: Changes that are shown; all of them go into the file of `--out`.
_SHOWN = 20
#: Name, lowest and highest grade of a school of which nothing is known.
_NO_FACTS = ("", "", "")
#: Row numbers that are named.
_ROWS = 20
#: Sentences of each kind that say why an import is stopped, and how wide they may be.
_REASONS, _WIDTH = 6, 100

snapshot = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    help="Keep a district's roster as it was: import, list, show, compare, export, undo, forget.",
    epilog=f"Example: {COMMAND} snapshot import download.csv --district Avon",
)


class Source(StrEnum):
    """Where a district's roster comes from."""

    PORTAL = "portal"
    CLEVER = "clever"
    CLASSLINK = "classlink"
    GG4L = "gg4l"
    ONEROSTER = "oneroster"


class Data(StrEnum):
    """Which part of a district it is: `Part`, which takes longer to load."""

    ALL = "all"
    STUDENTS = "students"
    STAFF = "staff"
    ADMINS = "admins"


class Exported(StrEnum):
    """What of a district can be written to a file."""

    ALL = "all"
    STUDENTS = "students"
    STAFF = "staff"
    ADMINS = "admins"
    SCHOOLS = "schools"


DistrictOption = Annotated[str, typer.Option(metavar="NAME", help="The district.")]
DataOption = Annotated[Data, typer.Option(help="Which part of the district it is.")]
SchoolOption = Annotated[str, typer.Option(metavar="ID", help="One school only.")]


@snapshot.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE|DIR", help="A download, or files of OneRoster.")
    ],
    *,
    district: DistrictOption,
    store: StoreOption = None,
    source: Annotated[
        Source | None, typer.Option(help="Where the district's roster comes from.")
    ] = None,
    data: DataOption = Data.ALL,
    school: SchoolOption = "",
    schools: SchoolsOption = None,
    accept: Annotated[
        str, typer.Option(metavar="CODE,…", help="Warnings that shall not stop it.")
    ] = "",
    season: SeasonOption = DEFAULT_SEASON,
    label: Annotated[str, typer.Option(metavar="TEXT", help="A name for the snapshot.")] = "",
    profile: ProfileOption = None,
    day: Annotated[
        datetime | None,
        typer.Option(
            "--date",
            formats=["%Y-%m-%d"],
            metavar="DAY",
            help="In OneRoster files, leave out what ended before it; by default today.",
        ),
    ] = None,
) -> None:
    r"""Add a snapshot made of current data.

    People of the part that is named who are absent from the file leave; classes leave only under
    --data all. Rows without the ID of a school or person are left out and listed. Stops, with
    nothing changed, where very much would change or leave, where the data seem to be another
    district's, hold changes only or not the part that is named, or lack the schools, until
    --accept names the code.

    Exit code: 0 imported, 1 stopped, 2 no usable file, store or option.

    \b
    Example:
      python -m roster_toolkit snapshot import download.csv --district Avon
      python -m roster_toolkit snapshot import staff.csv --district Avon --data staff
      python -m roster_toolkit snapshot import download.csv --district Avon --accept RT412
    """
    from roster_toolkit.model import Part
    from roster_toolkit.operations.importing import import_data
    from roster_toolkit.profile import load_profile

    where = _store(store)
    imported = import_data(
        file, where, district,
        district_source=source, part=Part(data), school=school, schools=schools, label=label,
        profile=load_profile(profile) if profile else None, season=season,
        accept=[code.strip() for code in accept.split(",") if code.strip()],
        day=day.date() if day else None,
    )  # fmt: skip
    if imported.held:
        emit_text("\n".join(_told_of_stop(imported)) + "\n")
        raise typer.Exit(1)
    chosen = _profile(where, district, profile)
    emit_text("\n".join(_told_of_import(imported, where, district, chosen)) + "\n")


def _told_of_stop(imported: Imported) -> list[str]:
    """Why nothing was imported, what would have happened, and how to say that it is meant."""
    from roster_toolkit.text import number

    lines = ["Stopped, and nothing was changed:"]
    for code, sentences in imported.reasons.items():
        told = list(sentences[:_REASONS])
        if len(sentences) > _REASONS:
            told.append(f"and {number(len(sentences) - _REASONS)} more like this")
        for sentence in told:
            lines += textwrap.wrap(
                sentence, _WIDTH, initial_indent=f"  {code}  ", subsequent_indent=" " * 9
            )
    lines += [*imported.notes, *textwrap.wrap(imported.consequence, _WIDTH)]
    codes = ",".join(imported.held)
    return [*lines, f"If that is meant, add --accept {codes}."]


def _told_of_import(imported: Imported, store: Store, district: str, profile: Profile) -> list[str]:
    from roster_toolkit.report.outcomes import outcome_lines
    from roster_toolkit.text import counted, row_ranges

    lines = list(imported.notes)
    if not imported.dropped.is_empty():
        rows = row_ranges(imported.dropped.to_list(), _ROWS)
        count = counted(imported.dropped.len(), "row")
        lines.append(
            f"Left out, without the ID of a school or person or with too many or too few cells: "
            f"{count} ({rows})."
        )
    if imported.aside:
        people = counted(imported.aside, "person", "people")
        lines.append(f"Left aside, as not of this part: {people}.")
    if imported.snapshot is None:
        return [*lines, f"Nothing differs from snapshot {imported.before}; none was made."]
    (made,) = (s for s in store.snapshots(district) if s.number == imported.snapshot)
    lines.append(f"Snapshot {made.number} of {made.district}: {_sizes(made)}.")
    if imported.before is not None:
        found = _difference(store, district, imported.before, imported.snapshot, profile)
        lines += ["", f"Since snapshot {imported.before}:", *outcome_lines(found.table)]
    in_doubt = store.inactive_because(district)
    if in_doubt:
        lines.append("")
        lines.append(f"Processing is inactive: no unique ID at {', '.join(in_doubt)}.")
    return lines


def _sizes(made: Snapshot) -> str:
    from roster_toolkit.rosters.roster import Kind
    from roster_toolkit.text import counted, listed

    names = {
        Kind.SCHOOL: ("school", "schools"),
        Kind.STAFF: ("member of staff", "members of staff"),
        Kind.STUDENT: ("student", "students"),
        Kind.CLASS: ("class", "classes"),
        Kind.ENROLLMENT: ("enrollment", "enrollments"),
    }
    return listed(counted(made.counts[kind], *names[kind]) for kind in Kind)


@snapshot.command("list")
def list_(
    *,
    store: StoreOption = None,
    district: Annotated[
        str | None, typer.Option(metavar="NAME", help="One district; by default all.")
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    r"""List districts and their snapshots.

    \b
    Example:
      python -m roster_toolkit snapshot list
      python -m roster_toolkit snapshot list --district Avon
    """
    where = _store(store)
    known = [where.district(district)] if district else list(where.districts())
    made = {one.name: where.snapshots(one.name) for one in known}
    if form is Format.JSON:
        told = [
            {
                "district": one.name,
                "source": one.source,
                "snapshots": [_as_json(each) for each in made[one.name]],
            }
            for one in known
        ]
        _emit_json({"districts": told})
        return
    lines: list[str] = []
    for one in known:
        lines += [f"{one.name} ({one.source})", *map(_listed, made[one.name]), ""]
    emit_text("\n".join(lines or ["The store has no district.", ""]))


def _listed(made: Snapshot) -> str:
    words = f": {made.label}" if made.label else ""
    origin = f" from {made.origin}" if made.origin else ""
    return f"  {made.number:>4}  {made.made:%Y-%m-%d %H:%M}  {_sizes(made)}{origin}{words}"


@snapshot.command("show")
def show(
    *,
    district: DistrictOption,
    store: StoreOption = None,
    number: Annotated[
        int | None, typer.Option("--snapshot", metavar="N", help="By default the latest.")
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    r"""Show what a snapshot holds, by school.

    \b
    Example:
      python -m roster_toolkit snapshot show --district Avon --snapshot 3
    """
    from roster_toolkit.rosters.parts import school_sizes
    from roster_toolkit.rosters.roster import SCHOOL_FACTS, Kind

    where = _store(store)
    chosen = where.against(district, number)
    (made,) = (s for s in where.snapshots(district) if s.number == chosen.snapshot)
    sizes = {
        (school, kind): count
        for school, kind, count in school_sizes(
            chosen.roster, _profile(where, district, None)
        ).iter_rows()
    }
    facts = {
        school: (name, low, high)
        for school, name, low, high in chosen.roster.schools.select(
            "schoolId", *SCHOOL_FACTS
        ).iter_rows()
    }
    kinds = [kind for kind in Kind if kind is not Kind.SCHOOL]
    rows = {
        school: {kind.value: sizes.get((school, kind.value), 0) for kind in kinds}
        for school in sorted(facts.keys() | {school for school, _ in sizes})
    }
    if form is Format.JSON:
        keys = ("name", "low_grade", "high_grade")
        by_school = {
            school: dict(zip(keys, facts.get(school, _NO_FACTS), strict=True)) | counts
            for school, counts in rows.items()
        }
        _emit_json({**_as_json(made), "by_school": by_school})
        return
    from roster_toolkit.text import number as told
    from roster_toolkit.text import printable

    wide = max((len(printable(school)) for school in rows), default=0)
    wide = max(wide, len("school"))
    lines = [
        f"Snapshot {made.number} of {made.district}, {made.made:%Y-%m-%d %H:%M}: {_sizes(made)}.",
        "",
        f"  {'school':<{wide}}" + "".join(f"{kind.value:>12}" for kind in kinds),
        *(
            f"  {printable(school):<{wide}}"
            + "".join(f"{told(count):>12}" for count in counts.values())
            + _said_of(*facts.get(school, _NO_FACTS))
            for school, counts in rows.items()
        ),
    ]
    emit_text("\n".join(lines) + "\n")


def _said_of(name: str, low: str, high: str) -> str:
    """A school's name and grades, where they are known."""
    from roster_toolkit.text import printable

    grades = "-".join(dict.fromkeys(grade for grade in (low, high) if grade))
    told = [printable(part) for part in (name, grades and f"({grades})") if part]
    return f"  {' '.join(told)}" if told else ""


@snapshot.command("compare")
def compare(
    first: Annotated[int, typer.Argument(metavar="A", help="The earlier snapshot.")],
    second: Annotated[int, typer.Argument(metavar="B", help="The later snapshot.")],
    *,
    district: DistrictOption,
    store: StoreOption = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every change there as CSV.")
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    r"""Say what differs between two snapshots, field by field.

    \b
    Example:
      python -m roster_toolkit snapshot compare 3 5 --district Avon --out changes.csv
    """
    where = _store(store)
    found = _difference(where, district, first, second, _profile(where, district, None))
    if out is not None:
        from roster_toolkit.files import atomic_write
        from roster_toolkit.report.tables import difference_csv

        with atomic_write(out) as file:
            file.write(difference_csv(found))
        complain(f"Written to {out}.")
    if form is Format.JSON:
        counts = {
            kind.value: {what.value.replace(" ", "_"): n for what, n in outcomes.items()}
            for kind, outcomes in found.counts.items()
        }
        _emit_json(
            {
                "district": district, "before": first, "after": second, "counts": counts,
                "changes": found.changes.to_dicts(), "repeated": found.repeated.to_dicts(),
            }
        )  # fmt: skip
        return
    emit_text("\n".join(_told_of_difference(found, first, second)) + "\n")


def _told_of_difference(found: Difference, first: int, second: int) -> list[str]:
    from roster_toolkit.report.outcomes import outcome_lines
    from roster_toolkit.text import counted, quoted

    if found.nothing:
        return [f"Snapshots {first} and {second} are the same."]
    lines = [f"From snapshot {first} to {second}:", *outcome_lines(found.table), ""]
    for kind, key, _, field, before, after in found.changes.head(_SHOWN).iter_rows():
        if field:
            lines.append(f"  {kind} {quoted(key)}: {field} {quoted(before)} → {quoted(after)}")
        else:
            lines.append(f"  {kind} {quoted(key)} {'created' if after else 'removed'}")
    more = found.changes.height - _SHOWN
    if more > 0:
        lines.append(f"  and {counted(more, 'more change')}; --out FILE writes all of them")
    if not found.repeated.is_empty():
        keys = counted(found.repeated.height, "key")
        lines.append(f"Left out, as they stand more than once: {keys}.")
    return lines


@snapshot.command("undo")
def undo(
    *,
    district: DistrictOption,
    store: StoreOption = None,
    number: Annotated[
        int | None, typer.Option("--number", metavar="N", help="The snapshot to take back.")
    ] = None,
) -> None:
    r"""Take back the latest snapshot: the roster is what it was before.

    Repeated, it goes further back, to an empty district at last. Without --number nothing is
    changed; it says which one would be taken back.

    Exit code: 0 taken back, 1 nothing was changed as no number was given, 2 no such snapshot.

    \b
    Example:
      python -m roster_toolkit snapshot undo --district Avon --number 3
    """
    where = _store(store)
    known = where.district(district)
    if number is None:
        emit_text("\n".join(_would_take_back(where, known)) + "\n")
        raise typer.Exit(1)
    latest = where.undo(district, number)
    now = "has no snapshot now" if latest is None else f"is what it was in snapshot {latest}"
    emit_text(f"Taken back: snapshot {number}. The roster of {district} {now}.\n")


def _would_take_back(where: Store, known: District) -> list[str]:
    """Which snapshot is the latest one, and how to take it back."""
    if known.latest is None:
        return [f"{known.name} has no snapshot to take back."]
    made = where.snapshots(known.name)[-1]
    before = known.snapshots[-2] if len(known.snapshots) > 1 else None
    then = "an empty district" if before is None else f"snapshot {before}"
    return [
        f"This would take back snapshot {made.number} of {known.name}, back to {then}:",
        _listed(made),
        f"Nothing was changed. If that is meant, add --number {made.number}.",
    ]


@snapshot.command("forget")
def forget(
    *,
    district: DistrictOption,
    store: StoreOption = None,
    before: Annotated[
        int | None, typer.Option(metavar="N", help="Only the snapshots before this one.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
) -> None:
    r"""Forget a district, or its earlier snapshots, for good.

    What is forgotten is in the store's file no longer, not even as unused bytes.

    \b
    Example:
      python -m roster_toolkit snapshot forget --district Avon --before 5 --yes
    """
    where = _store(store)
    known = where.district(district)
    going = [n for n in known.snapshots if before is None or n < before]
    what = f"the district {district!r}" if before is None else f"snapshots of {district!r}"
    if not yes:
        raise UsageError(
            f"This would forget {what}, {len(going)} of {len(known.snapshots)} snapshots, for "
            "good. Add --yes to do it."
        )
    where.forget(district, before)
    emit_text(f"Forgotten: {what}, {len(going)} of {len(known.snapshots)} snapshots.\n")


@snapshot.command("export")
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

    where = _store(store)
    chosen = _profile(where, district, profile)
    if "student" not in chosen.accepts_people and data in (Exported.ALL, Exported.STUDENTS):
        raise UsageError(
            f"{district!r} is rostered by a third party: only --data staff and --data admins can "
            "be exported, beside --data schools."
        )
    roster = where.against(district, number, profile=chosen).roster
    if data is Exported.SCHOOLS:
        content = schools_csv(roster)
    else:
        wanted = None if ids is None else _ids_in(ids)
        content = users_csv(roster, chosen, part=data.value, school=school or None, ids=wanted)
    if out is None:
        emit_bytes([content])
        return
    from roster_toolkit.files import atomic_write

    with atomic_write(out) as file:
        file.write(content)
    complain(f"Written to {out}.")


def _ids_in(path: Path) -> list[str]:
    """The IDs in a file, one in a line; what stands behind a comma is left aside."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError):
        raise UsageError(f"The list of IDs {path.name} cannot be read as text.") from None
    return [line.split(",")[0].strip().strip('"') for line in lines]


def _store(path: Path | None) -> Store:
    from roster_toolkit.districts import Store

    return Store(path)


def _profile(store: Store, district: str, named: str | None) -> Profile:
    """The profile that is named, or the one of the district's source."""
    from roster_toolkit.profile import load_profile
    from roster_toolkit.store import profile_of_source

    return load_profile(named or profile_of_source(store.district(district).source))


def _difference(
    store: Store, district: str, first: int, second: int, profile: Profile
) -> Difference:
    from roster_toolkit.rosters.difference import difference

    before = store.against(district, first, profile=profile).roster
    after = store.against(district, second, profile=profile).roster
    return difference(before, after, profile)


def _as_json(made: Snapshot) -> dict[str, object]:
    return {
        "snapshot": made.number, "made": f"{made.made.isoformat()}Z", "label": made.label,
        "origin": made.origin, "source": made.source, "profile": made.profile,
        "school_list": made.school_list,
        "counts": {kind.value: count for kind, count in made.counts.items()},
    }  # fmt: skip


def _emit_json(told: object) -> None:
    emit_bytes([json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace"), b"\n"])


for command in snapshot.registered_commands:
    if command.callback is not None:
        command.help = help_of(command.callback)
