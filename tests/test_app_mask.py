"""The switch that masks: no name, email or ID on any page while it is on."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from making import file_of, in_class, student, teacher
from opening import open_page, sound

import roster_toolkit as rt
from app_parts.session import Basis, Desk

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

_PAGES = ("check", "impact", "roster", "portal", "dictionary")
_LEADER = teacher("CANARYT", userFirstName="Canary", userLastName="Canary",
                  userEmail="canary.t@canary.example")  # fmt: skip
_ART = in_class(_LEADER, "CANARYART", className="Canary art", classDisplayName="Canary studio")
_VIEWS = ("causes", "rows", "repair", "downloads")


def _canary(number: int, **cells: str) -> dict[str, str]:
    row = student(
        f"CANARY{number}", userFirstName=f"Canaryann{number}", userLastName="O'Canary",
        userEmail=f"canary{number}@canary.example",
    )  # fmt: skip
    return in_class(row, "CANARYC", className="Canary class") | cells


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a district of canaries."""
    folder = tmp_path_factory.mktemp("canaries")
    download = folder / "Canary download.csv"
    people = [_canary(number) for number in range(6)]
    math = in_class(_LEADER, "CANARYC", className="Canary class")
    download.write_bytes(file_of([*people, math, _ART]))
    store = rt.Store(folder / "roster.duckdb")
    rt.import_data(download, store, "Canaryville", label="Canary label")
    return store.path


@pytest.fixture
def desk(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A file of canaries that is compared with that district."""
    monkeypatch.setenv("ROSTER_STORE", shutil.copy(made_once, str(tmp_path / "roster.duckdb")))
    monkeypatch.delenv("ROSTER_MASK_KEY", raising=False)
    here = Desk(basis=Basis(district="Canaryville"))
    rows = [
        _canary(0, userGrade="Canary"), _canary(1, userEmail="canary"), _canary(2, userRole="x"),
        _canary(3, userLastName="Canarynew"), _canary(9), _canary(9, userFirstName="Canaryother"),
        in_class(_LEADER, "CANARYC") | {"action": "REMOVE-CLASS"},
        _ART | {"classDisplayName": "Canary hall"},
    ]  # fmt: skip
    here.take("Canary file.csv", file_of(rows))
    here.judge(lambda _: None)
    assert here.review is not None, here.trouble
    return here


def _everything(app: AppTest) -> str:
    """All that the page sends to a browser, as text."""
    sent = [str(element.proto) for element in app.main]
    frames = [frame.value.to_csv() for frame in app.dataframe]
    return "\n".join([*sent, *frames, str(app.main)])


def _masked(app: AppTest) -> AppTest:
    app.toggle(key="mask").set_value(True)
    return sound(app.run())


@pytest.mark.parametrize("page", _PAGES)
def test_every_page_has_the_switch_and_no_canary_is_on_it(page: str, desk: Desk) -> None:
    app = open_page(page, desk)
    if page in ("check", "impact", "roster"):
        assert "canary" in _everything(app).lower()

    assert "canary" not in _everything(_masked(app)).lower()


@pytest.mark.parametrize("view", _VIEWS)
def test_no_canary_is_in_any_part_of_the_check_page(view: str, desk: Desk) -> None:
    app = _masked(open_page("check", desk, view=view))

    text = _everything(app)
    assert "canary" not in text.lower()
    if view in ("causes", "rows"):
        assert "ID-" in text
    if view == "repair":
        assert "Turn off the mask" in text


@pytest.mark.parametrize(
    "part", ["Records", "Schools", "New ID, school or role", "Class display names"]
)
def test_no_canary_is_in_any_part_of_the_impact_page(part: str, desk: Desk) -> None:
    text = _everything(_masked(open_page("impact", desk, part=part)))

    assert "canary" not in text.lower()
    assert "created" in text


def test_a_person_is_found_by_the_pseudonym(desk: Desk) -> None:
    assert desk.review is not None
    pseudonym = desk.review.masked().upload.cells["userId"][3]
    app = _masked(open_page("check", desk))

    app.text_input(key="find").set_value(pseudonym)

    text = _everything(sound(app.run()))
    assert pseudonym in text
    assert "1 row" in text
    assert "canary" not in text.lower()


def test_a_real_id_finds_nobody_in_file_or_roster_while_the_mask_is_on(desk: Desk) -> None:
    app = _masked(open_page("check", desk))

    app.text_input(key="find").set_value("CANARY4")

    text = _everything(sound(app.run()))
    assert "No row of this file matches" in text
    assert "Canaryann" not in text


def test_what_was_looked_for_is_gone_when_the_mask_goes_on(desk: Desk) -> None:
    app = open_page("check", desk)
    app.text_input(key="find").set_value("CANARY3")
    sound(app.run())

    assert "CANARY3" not in _everything(_masked(app))


def test_a_corrected_file_is_compared_with_the_one_before_in_pseudonyms(desk: Desk) -> None:
    desk.take_next_attempt("Canary again.csv", desk.data.replace(b",Canary,", b",3,"))
    desk.judge(lambda _: None)

    text = _everything(_masked(open_page("check", desk)))

    assert re.search(r"Since your last file: .* 1 .* cleared", text), re.findall("Since.*", text)
    assert "canary" not in text.lower()


def test_without_a_key_nothing_is_shown_at_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key.txt").write_text("none")
    monkeypatch.setenv("ROSTER_MASK_KEY", str(tmp_path / "key.txt"))

    text = _everything(_masked(open_page("check", desk)))

    assert "Nothing can be masked." in text
    assert "canary" not in text.lower()


def test_a_masked_file_that_is_dropped_says_what_it_is(desk: Desk) -> None:
    assert desk.review is not None
    again = Desk()
    again.take("e.csv", desk.review.masked().errors_csv())

    text = _everything(open_page("check", again))

    assert "e.csv is masked" in text
