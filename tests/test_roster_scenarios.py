"""A district through a year: what is told and what is kept, command by command."""

from __future__ import annotations

import pytest

from roster_toolkit.__main__ import main


@pytest.mark.parametrize("name", ["import", "list", "show", "compare", "export", "undo", "forget"])
def test_every_command_about_snapshots_is_there(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["snapshot", name, "--help"]) == 0

    assert f"snapshot {name}" in capsys.readouterr().out
