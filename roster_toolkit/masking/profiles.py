"""Mask what a profile tells of whose it is: names of a district, of files, of the profile."""

from __future__ import annotations

from roster_toolkit.masking.values import Mask
from roster_toolkit.model import Profile
from roster_toolkit.profile import profile_names


def masked_profile(profile: Profile, mask: Mask) -> Profile:
    """The same facts about the portal; names that are the toolkit's own stay as they are."""
    choice = profile.choice.model_copy(update={"district": mask.district(profile.choice.district)})
    name = mask.profile_name(profile.name)
    columns = {
        key: column.model_copy(
            update={
                "seen": tuple(
                    one.model_copy(update={"file": mask.file(one.file)}) for one in column.seen
                )
            }
        )
        for key, column in profile.columns.items()
    }
    changes: dict[str, object] = {"choice": choice, "columns": columns}
    if profile.file.removesuffix(".toml") not in profile_names():
        changes["file"] = mask.file(profile.file)
    if name != profile.name:
        changes |= {"name": name, "title": name, "summary": ""}
    return profile.model_copy(update=changes)
