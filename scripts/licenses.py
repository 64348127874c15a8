"""Write docs/licenses.md: the license of every package that comes with the toolkit.

The packages are those of requirements.lock. `--check` writes nothing and fails where the page is
stale, or where a package that is installed here, a developer's tools included, has a license that
is not allowed.
"""  # noqa: INP001 - a script is no package

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = "docs/licenses.md"
#: Licenses under which the packages may be used and passed on unchanged, as SPDX names them; BSD
#: where a package does not say which of its two or three clauses it means.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "HPND", "ISC", "MIT",
    "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip
#: Packages whose own metadata names no license, or that are not installed on every system: their
#: license as it stands in their repository.
STATED = {"axe-playwright-python": "MIT", "colorama": "BSD-3-Clause", "watchdog": "Apache-2.0"}
#: Words in which metadata name a license → its SPDX name. The first match counts.
_WORDS = (
    (r"apache( software)?( license)?,?( version)?[ -]?(2|$)", "Apache-2.0"),
    (r"(bsd[ -]?3|3-clause bsd|new bsd|modified bsd)", "BSD-3-Clause"),
    (r"(bsd[ -]?2|2-clause bsd|simplified bsd)", "BSD-2-Clause"),
    (r"bsd", "BSD"),
    (r"isc\b", "ISC"),
    (r"(the )?mit( license)?\b", "MIT"),
    (r"(mozilla public license 2|mpl-2)", "MPL-2.0"),
    (r"(python software foundation|psf)", "PSF-2.0"),
    (r"(the )?unlicense", "Unlicense"),
)
_LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; .*)? \\$")
_LONGEST_NAME = 60
_HEAD = """\
# Licenses

What comes with the toolkit and its sign-in (requirements.lock), and under which license. Each is on
the list of those that are allowed, which `scripts/licenses.py` holds and the tests ask, for the
tools of developers too. The page is written by that script.

| package | version | license |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the lock file."""

    name: str
    versions: tuple[str, ...]
    """More than one where it depends on Python's."""


def locked() -> list[Package]:
    """Every package of requirements.lock, by name."""
    versions: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if found := _LOCKED.match(line):
            versions.setdefault(found[1], []).append(found[2])
    return [Package(name, tuple(each)) for name, each in sorted(versions.items())]


def installed(requirements: str) -> Mapping[str, Distribution]:
    """Name → package, of all that a file of requirements brings along and that is installed."""
    found: dict[str, Distribution] = {}
    waiting = list(_named_in(ROOT / requirements))
    seen = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, *requirement.extras) in seen:
            continue
        seen.add((name, *requirement.extras))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        waiting += _needed_by(found[name], {"", *requirement.extras})
    return dict(sorted(found.items()))


def _needed_by(package: Distribution, extras: set[str]) -> Iterator[Requirement]:
    for line in package.requires or []:
        needed = Requirement(line)
        marker = needed.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
            yield needed


def _named_in(path: Path) -> Iterator[Requirement]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            yield from _named_in(path.with_name(line[3:].strip()))
        elif text := line.partition("#")[0].strip():
            yield Requirement(text)


def license_of(package: Distribution) -> str:
    """The SPDX name or expression of a package's license; blank where it names none we know."""
    metadata = package.metadata
    if expression := metadata.get("License-Expression"):
        return expression
    text = (metadata.get("License") or "").strip().splitlines()
    if text and len(text) == 1 and all(part in ALLOWED for part in _parts(text[0])):
        return text[0]
    classifiers = [line.split("::")[-1].strip() for line in metadata.get_all("Classifier") or []
                   if line.startswith("License ::")]  # fmt: skip
    for words in (*text[:1], *classifiers):
        for pattern, name in _WORDS:
            if len(words) <= _LONGEST_NAME and re.match(pattern, words.lower()):
                return name
    return STATED.get(canonicalize_name(metadata["Name"]), "")


def is_allowed(expression: str) -> bool:
    """Whether a license may be used: every part that must hold, and one of those to choose from."""
    together = re.sub(r"[()]", "", expression).split(" AND ")
    return all(any(part in ALLOWED for part in each.split(" OR ")) for each in together)


def _parts(expression: str) -> list[str]:
    return re.split(r" AND | OR ", re.sub(r"[()]", "", expression))


def page() -> str:
    """The page as it should be."""
    here = installed("requirements-host.txt")
    lines = (
        f"| {package.name} | {', '.join(package.versions)} | "
        f"{license_for_page(package.name, here)} |\n"
        for package in locked()
    )
    return _HEAD + "".join(lines)


def license_for_page(name: str, here: Mapping[str, Distribution]) -> str:
    """The license of a package for the page.

    Raises LookupError where neither its metadata nor STATED name one.
    """
    found = license_of(here[name]) if name in here else STATED.get(name, "")
    if not found:
        why = "its metadata names none" if name in here else "it is not installed here"
        raise LookupError(
            f"{name} has no license that is known: {why}. Look it up in its repository and add it "
            "to STATED in scripts/licenses.py."
        )
    return found


def not_allowed(requirements: str) -> list[str]:
    """Packages that are installed and whose license is not on the list, with what they say."""
    licenses = {name: license_of(each) for name, each in installed(requirements).items()}
    return [f"{name}: {said or 'none'}" for name, said in licenses.items() if not is_allowed(said)]


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where the page is stale")
    options = parser.parse_args()
    wrong = [f"{line} is not allowed" for line in not_allowed("requirements-dev.txt")]
    try:
        text = page()
    except LookupError as error:
        wrong.append(str(error))
    else:
        if not options.check:
            (ROOT / PAGE).write_text(text, encoding="utf-8", newline="\n")
        elif not (ROOT / PAGE).is_file() or (ROOT / PAGE).read_text(encoding="utf-8") != text:
            wrong.append(f"{PAGE} is stale; run scripts/licenses.py")
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
