"""Which of the portal's files a file is: told by its header, and by its name only in doubt."""

from __future__ import annotations

from pathlib import PurePath

from roster_toolkit.ingest.headers import HeaderNames, visible
from roster_toolkit.ingest.reading import read_upload
from roster_toolkit.ingest.source import FileSource
from roster_toolkit.model import ChosenBy, HeaderNeed, Profile, Upload
from roster_toolkit.profile import load_profile, profile_names


def read_as_what_it_is(
    source: FileSource, profile: Profile, *, name: str | None = None
) -> tuple[Upload, Profile]:
    """The file as it was read, and the profile of the file that it is.

    That is `profile` where somebody named it, and for a file that its columns fit; another of the
    toolkit's where the header is that file's. Raises UnreadableFile as `read_upload` does.
    """
    upload = read_upload(source, profile, name=name)
    known = profile.choice.by in (ChosenBy.COMMAND, ChosenBy.HEADER)
    other = None if known else _other(upload, profile)
    if other is None:
        return upload, profile
    return read_upload(source, other, name=name), other.chosen(ChosenBy.HEADER)


def _other(upload: Upload, profile: Profile) -> Profile | None:
    """The profile of another file whose header this is; None where it is the profile's own."""
    present = {cell.key for cell in upload.header if cell.key and cell.certain}
    required = [c for c in profile.columns.values() if c.header is not HeaderNeed.OPTIONAL]
    if not upload.header or 2 * sum(c.key in present for c in required) >= len(required):
        return None
    typed = [text for cell in upload.header if (text := visible(cell.typed))]
    own = HeaderNames(profile).known(typed)
    for name in profile_names():
        other = load_profile(name)
        if other.file_name == profile.file_name:
            continue
        names = HeaderNames(other)
        known = names.known(typed)
        named_so = PurePath(other.file_name).stem in upload.name.lower()
        if names.required_known(typed) and (known > own or (known == own and named_so)):
            return other
    return None
