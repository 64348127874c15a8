"""A district to try everything on: its files, and a store with the year so far."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from roster_toolkit.districts import Store
from roster_toolkit.files import writable_folder
from roster_toolkit.operations.importing import import_data
from roster_toolkit.operations.processing import process
from roster_toolkit.profile import load_profile
from roster_toolkit.samples.riverton import riverton

_DISTRICT, _NEXT_DOOR = "Riverton", "Avon"
_STORE = "roster.duckdb"


@dataclass(frozen=True, slots=True)
class Story:
    """Where the files of the sample district are.

    >>> [path.name for path in (story.upload, story.previous, story.download, story.schools)]
    ['users.csv', 'users-september.csv', 'download.csv', 'schools.csv']
    """

    store: Path
    """A store with three snapshots of the district, and one of the district next door."""
    district: str
    """The name under which the store knows it."""
    upload: Path
    """The users.csv that is to be uploaded next, with planted faults and real changes."""
    demographics: Path
    """The demographics.csv that goes with it, with planted faults of its own."""
    previous: Path
    """What was uploaded last."""
    download: Path
    """Current data, as the portal has it now."""
    schools: Path
    """The district's list of schools."""


def sample_story(folder: str | Path, store: str | Path | None = None) -> Story:
    """Write the sample district "Riverton" into a folder: a year of a district of 3,000 rows.

    The store, `roster.duckdb` in the folder unless another is named, gets the first download, an
    upload in September, and the edits made in the portal since; what is to come is `users.csv`.
    The files are the same each time; a store that knows the district already is left as it is.
    Raises ToolkitError where nothing can be written there.

    >>> story = rt.sample_story(folder)
    >>> [snapshot.label for snapshot in rt.Store(story.store).snapshots(story.district)]
    ['First download', 'Start of the year', 'After edits in the portal']
    """
    folder = Path(folder)
    profile = load_profile()
    year = riverton(profile)
    writable_folder(folder)
    files = {
        "schools.csv": year.schools,
        "download-august.csv": year.august,
        "users-september.csv": year.september,
        "download.csv": year.october,
        "users.csv": year.november,
        "demographics.csv": year.demographics,
        "download-avon.csv": year.next_door,
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    story = Story(
        store=Path(store or folder / _STORE),
        district=_DISTRICT,
        upload=folder / "users.csv",
        demographics=folder / "demographics.csv",
        previous=folder / "users-september.csv",
        download=folder / "download.csv",
        schools=folder / "schools.csv",
    )
    _fill(Store(story.store), folder)
    return story


def _fill(store: Store, folder: Path) -> None:
    """The year so far, unless the store knows the district."""
    if store.path.exists() and _DISTRICT in {district.name for district in store.districts()}:
        return
    schools = folder / "schools.csv"
    import_data(
        folder / "download-august.csv", store, _DISTRICT, schools=schools, label="First download"
    )
    process(folder / "users-september.csv", store, _DISTRICT, label="Start of the year")
    import_data(folder / "download.csv", store, _DISTRICT, label="After edits in the portal")
    import_data(folder / "download-avon.csv", store, _NEXT_DOOR, label="First download")
