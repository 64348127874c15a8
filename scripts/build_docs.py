"""Write docs/rules.md, docs/data_dictionary.md and docs/api.md from rules, profiles, docstrings.

What a command prints in README.md is written anew too, from the samples as they are.
`--check` writes nothing and fails where a page is stale.
"""  # noqa: INP001 - a script is no package

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PICTURE = re.compile(
    r"(?<=<!-- picture: )(.*)( -->\n```text\n)(?:.*\n)*?(?=```\n<!-- end of picture)"
)


def contents() -> dict[str, str]:
    """Path of a page → text."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))  # so that it runs from any folder, uninstalled
    if str(ROOT / "scripts") not in sys.path:
        sys.path.insert(0, str(ROOT / "scripts"))
    from api_page import api_page

    from roster_toolkit.derive.dictionary_page import dictionary_page
    from roster_toolkit.derive.rules_page import rules_page

    return {
        "docs/rules.md": rules_page(),
        "docs/data_dictionary.md": dictionary_page(),
        "docs/api.md": api_page(),
        "README.md": readme(),
    }


def readme() -> str:
    """README.md with what its picture's command prints now."""
    from roster_toolkit.cli.app import main as run

    def drawn(picture: re.Match[str]) -> str:
        printed = io.StringIO()
        with contextlib.chdir(ROOT), contextlib.redirect_stdout(printed):
            run(picture[1].split())
        return picture[1] + picture[2] + printed.getvalue()

    return _PICTURE.sub(drawn, (ROOT / "README.md").read_text(encoding="utf-8"))


def main() -> int:
    """Write the pages, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where a page is stale")
    options = parser.parse_args()
    pages = contents()
    stale = [
        name
        for name, text in pages.items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != text
    ]
    if options.check:
        for name in stale:
            sys.stderr.write(f"{name} is stale; run scripts/build_docs.py\n")
        return 1 if stale else 0
    for name in stale:
        (ROOT / name).write_text(pages[name], encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(stale)} of {len(pages)} pages written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
