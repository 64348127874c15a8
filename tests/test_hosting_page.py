"""docs/hosting.md names what there is: commands, settings, ports and files."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from streamlit import config

from roster_toolkit.__main__ import main

REPOSITORY = Path(__file__).parent.parent
PAGE = (REPOSITORY / "docs" / "hosting.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"python -m roster_toolkit ([^\n#]+?)(?:\s+#.*)?\n", PAGE)))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_one(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(command)

    code = main([*words[:2], "--help"])

    assert code == 0
    help_text = capsys.readouterr().out
    known = set(re.findall(r"--[a-z-]+", help_text))
    assert {word for word in words if word.startswith("--")} <= known


def test_every_setting_of_streamlit_is_one() -> None:
    names = set(re.findall(r"STREAMLIT_\w+", PAGE + (REPOSITORY / "Dockerfile").read_text()))
    known = {option.env_var for option in config.get_config_options().values()}

    assert names
    assert names - known == set()


def test_the_proxies_take_what_the_app_takes_and_reach_it() -> None:
    settings = tomllib.loads((REPOSITORY / ".streamlit" / "config.toml").read_text())
    limit = settings["server"]["maxUploadSize"]
    sizes = re.findall(r"(?:client_max_body_size|max_size) (\d+)", PAGE)

    assert len(sizes) == 2
    assert all(limit < int(size) <= limit + 10 for size in sizes)
    assert set(re.findall(r"127\.0\.0\.1:(\d+)(?::\d+)?", PAGE)) == {"8501"}


def test_every_link_and_file_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (REPOSITORY / "docs" / target).is_file()
    for name in ("Dockerfile", "requirements.lock", "app_parts/headers.py", "tests/stores"):
        assert f"`{name}`" in PAGE
        assert (REPOSITORY / name).exists()
