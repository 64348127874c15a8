"""Write data/samples/ and its README from `roster_toolkit.samples.families`.

`--check` writes nothing and fails where a file is missing, differs, or does not belong.
"""  # noqa: INP001 - a script is no package

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from roster_toolkit.samples import Family

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "samples"
INTRODUCTION = """# Sample files

One file per family of faults, named after what is wrong with it. All people and schools are
invented; but for planted faults, all addresses end in `.example`. The files are written by
`scripts/build_samples.py`; do not edit them.

"""

RIVERTON = """
`riverton/` is a district: its list of schools, a download of current data, and the users.csv and
demographics.csv that it wants to upload next, with real changes and many faults in them.
`rt.sample_story(folder)` gives the whole year, with a store.

```sh
python -m roster_toolkit check data/samples/riverton/users.csv \\
  --against data/samples/riverton/download.csv --schools data/samples/riverton/schools.csv
```
"""


def table(collection: tuple[Family, ...]) -> str:
    """The README: every file, what is wrong with it, the codes it shows."""
    lines = ["| file | what is wrong | codes | profile |", "|---|---|---|---|"]
    for family in collection:
        codes = ", ".join(family.codes) or "none"
        lines.append(f"| `{family.file}` | {family.wrong} | {codes} | `{family.profile}` |")
    return INTRODUCTION + "\n".join(lines) + "\n" + RIVERTON


def contents() -> dict[str, bytes]:
    """File name → bytes, the README included."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))  # so that it runs from any folder, uninstalled
    from roster_toolkit.profile import load_profile
    from roster_toolkit.samples import families
    from roster_toolkit.samples.riverton import riverton

    collection = families()
    year = riverton(load_profile())
    files = {family.file: family.content for family in collection} | {
        "riverton/download.csv": year.october,
        "riverton/schools.csv": year.schools,
        "riverton/users.csv": year.november,
        "riverton/demographics.csv": year.demographics,
    }
    # Git must not touch line ends: they are part of what the files show.
    return {**files, "README.md": table(collection).encode(), ".gitattributes": b"* -text\n"}


def stale(files: Mapping[str, bytes]) -> list[str]:
    """Names that are missing, differ, or do not belong."""
    paths = (path for path in FOLDER.rglob("*") if path.is_file())
    present = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in paths}
    names = sorted(files.keys() | present.keys())
    return [name for name in names if files.get(name) != present.get(name)]


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where a file is stale")
    options = parser.parse_args()
    files = contents()
    changed = stale(files)
    if options.check:
        for name in changed:
            sys.stderr.write(f"data/samples/{name} is stale; run scripts/build_samples.py\n")
        return 1 if changed else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in files:
            (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
            (FOLDER / name).write_bytes(files[name])
        else:
            (FOLDER / name).unlink()
    sys.stdout.write(f"{len(changed)} of {len(files)} files written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
