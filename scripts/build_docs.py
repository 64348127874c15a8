"""Write docs/rules.md, docs/data_dictionary.md and docs/api.md from rules, profiles, docstrings.

`--check` writes nothing and fails where a page is stale.
"""  # noqa: INP001 - a script is no package

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs"


def contents() -> dict[str, str]:
    """File name → text."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))  # so that it runs from any folder, uninstalled
    if str(ROOT / "scripts") not in sys.path:
        sys.path.insert(0, str(ROOT / "scripts"))
    from api_page import api_page

    from roster_toolkit.derive.dictionary_page import dictionary_page
    from roster_toolkit.derive.rules_page import rules_page

    return {
        "rules.md": rules_page(),
        "data_dictionary.md": dictionary_page(),
        "api.md": api_page(),
    }


def main() -> int:
    """Write the pages, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where a page is stale")
    options = parser.parse_args()
    pages = contents()
    stale = [
        name
        for name, text in pages.items()
        if not (FOLDER / name).is_file() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]
    if options.check:
        for name in stale:
            sys.stderr.write(f"docs/{name} is stale; run scripts/build_docs.py\n")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name in stale:
        (FOLDER / name).write_text(pages[name], encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(stale)} of {len(pages)} pages written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
