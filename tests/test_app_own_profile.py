"""The pages and a district's own profile: it is chosen with the district."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from making import file_of, student
from opening import store_with_avon, words_of
from streamlit.testing.v1 import AppTest
from test_own_profiles import GRADE, put_by_a_later_toolkit

import roster_toolkit as rt
from app_parts.session import Basis, Desk

FILE = file_of([student()]).replace(b"userGrade", b"grade")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> rt.Store:
    return store_with_avon(tmp_path, monkeypatch)


def opened(basis: Basis, page: str = "check") -> AppTest:
    """A page with a file on the desk."""
    desk = Desk(basis=basis)
    desk.take("users.csv", FILE)
    app = AppTest.from_file("../app.py", default_timeout=60)
    app.switch_page(f"app_pages/{page}.py")
    app.session_state["desk"] = desk
    app.run()
    assert not app.exception
    return app


def kind(app: AppTest) -> str:
    return next(each for each in app.selectbox if each.label == "Upload type").value


def test_a_file_is_judged_by_the_own_profile_of_its_district(store: rt.Store) -> None:
    store.set_profile("Avon", GRADE)

    app = opened(Basis(district="Avon"))

    desk = app.session_state["desk"]
    assert json.loads(desk.review.json())["profile"]["from"] == "district"
    assert desk.review.verdict is rt.Verdict.CLEAN
    assert kind(app) == "Avon's own profile, version 1"
    assert "Avon's own profile, version 1 · compared with Avon" in words_of(app)


def test_a_kind_that_is_chosen_goes_before_it_and_it_can_be_chosen_again(store: rt.Store) -> None:
    store.set_profile("Avon", GRADE)
    app = opened(Basis(district="Avon"))

    def choose(name: str) -> rt.Profile:
        next(each for each in app.selectbox if each.label == "Upload type").select(name).run()
        assert not app.exception
        return app.session_state["desk"].review.profile

    assert choose("batch-upload").choice.by == "command"
    assert choose("Avon's own profile, version 1").choice.by == "district"


def test_a_district_without_its_own_is_judged_by_that_of_its_source(store: rt.Store) -> None:
    assert store.profile_of("Avon").name == "batch-upload"

    app = opened(Basis(district="Avon"))

    assert app.session_state["desk"].review.profile.choice.by == "source"
    assert kind(app) == "batch-upload"


@pytest.mark.parametrize("page", ["check", "impact", "roster", "portal", "dictionary"])
def test_one_that_cannot_be_read_breaks_no_page(store: rt.Store, page: str) -> None:
    put_by_a_later_toolkit(store)

    app = opened(Basis(district="Avon"), page)

    if page in ("check", "impact", "portal"):
        assert "take this one back: snapshot profile --district Avon --undo" in words_of(app)
    if page == "check":
        next(each for each in app.selectbox if each.label == "Upload type").select(
            "batch-upload"
        ).run()
        assert app.session_state["desk"].review is not None


def test_the_dictionary_shows_it(store: rt.Store) -> None:
    store.set_profile("Avon", GRADE)

    app = opened(Basis(district="Avon"), "dictionary")

    assert kind(app) == "own"
