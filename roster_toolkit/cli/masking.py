"""--mask and --mask-key: pseudonyms in whatever a command shows or writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from roster_toolkit.masking import Mask
    from roster_toolkit.model import Profile
    from roster_toolkit.rosters.roster import Roster
    from roster_toolkit.store import Snapshot

MaskOption = Annotated[
    bool,
    typer.Option(
        "--mask", help="Show and write pseudonyms for names, addresses, IDs, files, the district."
    ),
]
MaskKeyOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Mask by this key; by default by the one beside the store."),
]


def chosen_key(mask: bool, mask_key: Path | None, store: Path | None) -> bytes | None:  # noqa: FBT001
    """The key to mask by, None where nothing is to be masked; to name a key is to mask."""
    if not mask and mask_key is None:
        return None
    from roster_toolkit.masking import mask_key as read_key

    return read_key(mask_key, store=store)


def mask_by(key: bytes, profile: Profile, *rosters: Roster) -> Mask:
    """The mask for rosters, which knows their schools."""
    from roster_toolkit.masking import Mask
    from roster_toolkit.pseudonyms import Pseudonyms

    schools = frozenset(school for roster in rosters for school in roster.schools["schoolId"])
    return Mask(Pseudonyms(key), profile, schools)


def masked_snapshot(snapshot: Snapshot, mask: Mask) -> Snapshot:
    """A snapshot as one line of a list, with nobody's words in it."""
    from dataclasses import replace

    from roster_toolkit.masking.values import Form

    return replace(
        snapshot,
        district=mask.district(snapshot.district),
        label=mask.text(snapshot.label, Form.TEXT),
        origin=mask.file(snapshot.origin),
        profile=mask.profile_name(snapshot.profile),
    )
