"""The notebooks: paired, without outputs, and true from the first cell to the last."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

REPOSITORY = Path(__file__).parent.parent
FOLDER = REPOSITORY / "notebooks"
SCRIPTS = sorted(FOLDER.glob("*.py"))
#: Seconds that a cell may take on a busy machine.
PATIENCE = 120


def names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


# --- what is committed -------------------------------------------------------------------------


@pytest.mark.slow
def test_script_and_notebook_of_each_pair_agree() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/build_notebooks.py", "--check"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert len(SCRIPTS) == 5


@pytest.mark.parametrize("script", SCRIPTS, ids=names(SCRIPTS))
def test_a_notebook_is_kept_without_outputs_and_takes_parameters_first(script: Path) -> None:
    notebook = json.loads(script.with_suffix(".ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]

    nbformat.validate(notebook)
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    assert cells[0]["metadata"]["tags"] == ["parameters"]
    assert "assert" in cells[-1]["source"]
    assert "rt.command_line(" in cells[-1]["source"]


@pytest.mark.parametrize("script", SCRIPTS, ids=names(SCRIPTS))
def test_a_notebook_imports_the_public_api_and_paths_alone(script: Path) -> None:
    tree = ast.parse(script.read_text(encoding="utf-8"))

    imported = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert imported == {"from pathlib import Path", "import roster_toolkit as rt"}
    assert re.findall(r"\brt\.[a-z_]+\._", script.read_text(encoding="utf-8")) == []


# --- what they say -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kernel() -> Iterator[KernelManager]:
    """One kernel for all notebooks: starting it and loading the toolkit is what takes time."""
    paths = [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env=env, cwd=str(FOLDER))
    yield manager
    manager.shutdown_kernel(now=True)
    manager.context.destroy()


def with_parameters(script: Path, folder: Path, **parameters: str) -> nbformat.NotebookNode:
    """A notebook with an emptied kernel in front and parameters behind the parameters."""
    notebook = jupytext.read(script, fmt="py:percent")
    given = {"folder": str(folder), **parameters}
    actual = "\n".join(f"{name} = {value!r}" for name, value in given.items())
    (at,) = (n for n, cell in enumerate(notebook.cells) if cell.metadata.get("tags"))
    notebook.cells.insert(at + 1, nbformat.v4.new_code_cell(actual))
    notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
    return notebook


def run(notebook: nbformat.NotebookNode, kernel: KernelManager) -> list[dict[str, Any]]:
    """Everything that the notebook shows."""
    client = NotebookClient(notebook, km=kernel, timeout=PATIENCE, kernel_name="python3")
    try:
        client.execute(cwd=str(FOLDER))
    finally:
        if client.kc is not None:
            client.kc.stop_channels()
    return [dict(out) for cell in notebook.cells for out in cell.get("outputs", [])]


#: Takes the @ out of the first address of each file that a notebook looks at.
ALTER = """
for _path in [*Path(folder).rglob("users.csv"), *Path(folder).glob("inbox/avon.csv")]:
    _path.write_bytes(_path.read_bytes().replace(b"@", b"", 1))
"""


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=names(SCRIPTS))
def test_a_notebook_is_true_until_a_row_of_its_file_is_altered(
    script: Path, kernel: KernelManager, tmp_path: Path
) -> None:
    notebook = with_parameters(script, tmp_path)
    again = nbformat.v4.new_code_cell(notebook.cells[-1].source)
    again.metadata["tags"] = ["raises-exception"]
    notebook.cells += [nbformat.v4.new_code_cell(ALTER), again]

    *shown, last = run(notebook, kernel)

    document = json.dumps(shown)
    assert len(shown) > 6
    assert [out for out in shown if out["output_type"] == "error"] == []
    assert [out for out in shown if out.get("name") == "stderr"] == []
    assert "cdn." not in document
    assert "<script src" not in document
    assert last["output_type"] == "error"
    assert last["ename"] == "AssertionError"


@pytest.mark.slow
def test_a_notebook_takes_a_customers_file_by_parameters(
    kernel: KernelManager, tmp_path: Path
) -> None:
    file = tmp_path / "theirs.csv"
    shutil.copy(REPOSITORY / "data" / "samples" / "clean.csv", file)

    shown = run(with_parameters(SCRIPTS[0], tmp_path, file=str(file)), kernel)

    assert "there is nothing to fix" in json.dumps(shown)
