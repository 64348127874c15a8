"""Write notebooks/*.ipynb from their paired scripts, without outputs.

`--check` writes nothing and fails where a notebook is stale.
"""  # noqa: INP001 - a script is no package

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import jupytext

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook(script: Path) -> str:
    """The notebook of a script; its cells are numbered, so that the same script gives the same."""
    made = jupytext.read(script, fmt="py:percent")
    for number, cell in enumerate(made.cells, start=1):
        cell["id"] = f"cell-{number:02d}"
        tags = cell.metadata.get("tags")
        cell["metadata"] = {"tags": tags} if tags else {}
    made["metadata"] = {
        "jupytext": {"formats": "ipynb,py:percent"},
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
    }
    made["nbformat"], made["nbformat_minor"] = 4, 5
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> int:
    """Write the notebooks, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where a notebook is stale")
    options = parser.parse_args()
    made = {script.with_suffix(".ipynb"): notebook(script) for script in FOLDER.glob("*.py")}
    stale = [
        path
        for path, text in sorted(made.items())
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    stale += sorted(set(FOLDER.glob("*.ipynb")) - made.keys())
    if options.check:
        for path in stale:
            sys.stderr.write(f"notebooks/{path.name} is stale; run scripts/build_notebooks.py\n")
        return 1 if stale else 0
    for path in stale:
        if path in made:
            path.write_text(made[path], encoding="utf-8", newline="\n")
        else:
            path.unlink()
    sys.stdout.write(f"{len(stale)} of {len(made)} notebooks written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
