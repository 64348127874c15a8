"""README.md promises what is true: its picture, its commands, its profile."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from roster_toolkit.cli.app import app, main
from roster_toolkit.profile import load_profile

REPOSITORY = Path(__file__).parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
COMMANDS = {command.callback.__name__ for command in app.registered_commands if command.callback}
COMMANDS |= {group.name for group in app.registered_groups if group.name}


#: Options in the README that are not pip's.
OPTIONS = set(re.findall(r"`[^`\n]*?(--[a-z-]+)", README)) - {"--require-hashes"}


def test_the_picture_is_what_the_command_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(REPOSITORY)
    picture = re.search(
        r"<!-- picture: (.*) -->\n```text\n(.*?)```\n<!-- end of picture -->", README, re.DOTALL
    )
    assert picture

    main(picture[1].split())

    assert capsys.readouterr().out == picture[2]


def test_every_command_is_named_and_every_named_command_exists() -> None:
    table = README.split("## Commands")[1].split("## ")[0]
    named = set(re.findall(r"^\| `(\w+)[^`]*` \|", table, re.MULTILINE))

    assert named == COMMANDS
    assert set(re.findall(r"roster_toolkit ([a-z]+)", README)) <= COMMANDS


@pytest.mark.parametrize("option", sorted(OPTIONS))
def test_every_option_exists(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    actual = ""
    for command in COMMANDS:
        main([command, "--help"])
        actual += capsys.readouterr().out

    assert option in actual


def test_every_command_for_windows_is_the_one_above_it() -> None:
    unix = re.findall(r"```sh\n(python3 .*)\n```", README)
    windows = re.findall(r"^On Windows: `(.*)`$", README, re.MULTILINE)

    actual = [
        command.replace("python3 ", "py -3.11 ", 1).replace(" && ", "; ").replace("/", "\\")
        .replace("\\bin\\", "\\Scripts\\")
        for command in unix
    ]  # fmt: skip

    assert len(unix) == 4
    assert windows == actual


def test_the_app_is_started_by_the_command_that_is_tried_in_a_browser() -> None:
    command = re.search(r"<!-- run-command -->\n```sh\n(.*)\n```", README)

    assert command
    assert command[1].endswith(".venv/bin/streamlit run app.py")
    assert (REPOSITORY / "app.py").is_file()


def test_every_word_of_the_app_that_is_named_stands_in_the_app() -> None:
    actual = " ".join(README.split("## In the app")[1].split("\n## ")[0].split())
    sources = [REPOSITORY / "app.py", *REPOSITORY.glob("app_pages/*.py")]
    sources += REPOSITORY.glob("app_parts/**/*.py")
    code = "\n".join(source.read_text(encoding="utf-8") for source in sources)

    named = set(re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", actual))

    assert len(named) > 10
    assert [word for word in sorted(named) if f'"{word}"' not in code] == []


def test_the_upload_limit_is_the_one_of_the_app() -> None:
    served = (REPOSITORY / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    limit = tomllib.loads(served)["server"]["maxUploadSize"]

    assert f"more than {limit} MB goes through the command line" in " ".join(README.split())


def test_every_page_has_its_pictures_and_none_is_large() -> None:
    script = (REPOSITORY / "scripts" / "build_screenshots.py").read_text(encoding="utf-8")
    names = re.findall(r'^    "([a-z-]+)": \("', script, re.MULTILINE)
    names += re.findall(r'take\(page, f"(portal-[a-z]+)-', script)
    pictures = {path.name: path for path in (REPOSITORY / "docs" / "screenshots").iterdir()}

    expected = {f"{name}-{theme}.png" for name in ("empty", *names) for theme in ("light", "dark")}

    assert len(names) > 10
    assert set(pictures) == expected
    assert all(path.stat().st_size < 250_000 for path in pictures.values())
    assert len(re.findall(r"\]\(docs/screenshots/", README)) == 2


def test_security_says_what_is_set() -> None:
    text = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
    served = tomllib.loads((REPOSITORY / ".streamlit" / "config.toml").read_text(encoding="utf-8"))

    assert served["server"]["address"] == "127.0.0.1"
    assert served["server"]["disconnectedSessionTTL"] == 60
    assert served["browser"]["gatherUsageStats"] is False
    for key in re.findall(r"`server\.(\w+)`", text):
        assert key in served["server"]
    for folder in re.findall(r"`(tests/\w+)`", text):
        assert (REPOSITORY / folder).is_dir()


def test_the_example_profile_can_be_loaded(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert example
    (tmp_path / "ours.toml").write_text(example[1], encoding="utf-8")

    assert load_profile(tmp_path / "ours.toml").columns["userRole"].name == "role"


def test_every_folder_and_file_that_is_named_exists() -> None:
    table = README.split("## Where things are")[1]
    names = re.findall(r"`([\w/]+)`", table)
    places = (REPOSITORY, REPOSITORY / "roster_toolkit")

    assert [name for name in names if not any((place / name).exists() for place in places)] == []
    for target in re.findall(r"\]\((.+?)\)", README):
        assert (REPOSITORY / target).is_file()
