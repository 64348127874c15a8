"""What the commands on stored districts share: options, the store, two snapshots compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from roster_toolkit.districts import Store
    from roster_toolkit.model import Profile
    from roster_toolkit.rosters.difference import Difference
    from roster_toolkit.store import Snapshot

DistrictOption = Annotated[str, typer.Option(metavar="NAME", help="The district.")]
SchoolOption = Annotated[str, typer.Option(metavar="ID", help="One school only.")]


def open_store(path: Path | None) -> Store:
    """Open the store at a path, or the one of the environment."""
    from roster_toolkit.districts import Store

    return Store(path)


def compare_snapshots(
    store: Store, district: str, first: int, second: int, profile: Profile
) -> Difference:
    """Compare two snapshots of a district, both with the columns of the profile."""
    from roster_toolkit.rosters.difference import difference

    before = store.against(district, first, profile=profile).roster
    after = store.against(district, second, profile=profile).roster
    return difference(before, after, profile)


def sizes_text(snapshot: Snapshot) -> str:
    """Count the records of each kind in a snapshot: `2 schools, 31 staff members and …`."""
    from roster_toolkit.rosters.roster import Kind
    from roster_toolkit.text import counted, listed

    names = {
        Kind.SCHOOL: ("school", "schools"),
        Kind.STAFF: ("staff member", "staff members"),
        Kind.STUDENT: ("student", "students"),
        Kind.CLASS: ("class", "classes"),
        Kind.ENROLLMENT: ("enrollment", "enrollments"),
    }
    return listed(counted(snapshot.counts[kind], *names[kind]) for kind in Kind)


def holdings_text(store: Store) -> str:
    """Count what a store holds: `2 districts with 5 snapshots`."""
    from roster_toolkit.text import counted

    districts = store.districts()
    snapshots = sum(len(district.snapshots) for district in districts)
    return f"{counted(len(districts), 'district')} with {counted(snapshots, 'snapshot')}"
