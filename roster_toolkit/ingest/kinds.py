"""Which of the portal's files a file is: told by its header, and by its name only in doubt."""

from __future__ import annotations

from pathlib import PurePath

from roster_toolkit.ingest.headers import header_names, visible
from roster_toolkit.ingest.reading import read_upload
from roster_toolkit.ingest.source import FileSource
from roster_toolkit.model import ChosenBy, Obstacle, Profile, Upload
from roster_toolkit.model.once import once_for_each
from roster_toolkit.profile import load_profile, profile_names


def read_as_what_it_is(
    source: FileSource, profile: Profile, *, name: str | None = None
) -> tuple[Upload, Profile]:
    """The file as it was read, and the profile of the file that it is.

    That is `profile` where somebody named it, and for a file that its columns fit; another of the
    toolkit's where the header is that file's. Raises UnreadableFile as `read_upload` does.
    """
    upload = read_upload(source, profile, name=name)
    if profile.choice.by in (ChosenBy.COMMAND, ChosenBy.HEADER) or _fits(upload, profile):
        return upload, profile
    own = _known(upload, profile)
    for other_name in profile_names():
        other = load_profile(other_name)
        if other.file_name == profile.file_name or _of_another_system(upload, other):
            continue
        # Read anew: which line is the header, and which sheet of a workbook, its names decide.
        as_other = read_upload(source, other, name=name)
        known = _known(as_other, other)
        named_so = PurePath(other.file_name).stem in upload.name.lower()
        if known > own or (known == own > 0 and named_so):
            return as_other, _known_by_header(other)
    return upload, profile


@once_for_each
def _known_by_header(profile: Profile) -> Profile:
    """One profile for all files that are known by their header, so that it is made once."""
    return profile.chosen(ChosenBy.HEADER)


def _of_another_system(upload: Upload, profile: Profile) -> bool:
    """Whether a file is another system's of the same name: it lacks what this one must have."""
    foreign = upload.obstacle is Obstacle.OTHER_FORMAT
    return foreign and not header_names(profile).required_known(_typed(upload))


def _fits(upload: Upload, profile: Profile) -> bool:
    """Whether half of the columns that must be there are."""
    present = {cell.key for cell in upload.header if cell.key and cell.certain}
    required = [c for c in profile.columns.values() if c.must_be_there]
    return 2 * sum(column.key in present for column in required) >= len(required)


def _known(upload: Upload, profile: Profile) -> int:
    """How many headers mean a column of the profile for certain; one alone must be required."""
    typed, names = _typed(upload), header_names(profile)
    known = names.known(typed)
    return known if known > 1 or names.required_known(typed) else 0


def _typed(upload: Upload) -> list[str]:
    return [text for cell in upload.header if (text := visible(cell.typed))]
