"""The page "Your portal": what is known, proposals with yes and no, edits, and keeping it all."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from making import file_of, student
from opening import open_page, store_with_avon, words_of

import roster_toolkit as rt
from app_parts.portal.work import Work
from app_parts.session import Basis, Desk

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

PAPERS = rt.sample_portal(40, seed=7, profile=rt.load_profile())
FRESH = rt.sample_portal(30, seed=7, profile=rt.load_profile()).accepted
#: A header and a text that a page must not take for markup.
EVIL = "![x](http://evil.example/a.png)<img src=x>"


pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> rt.Store:
    return store_with_avon(tmp_path, monkeypatch)


def opened(step: str = "known", desk: Desk | None = None) -> AppTest:
    return open_page("portal", desk or Desk(), step=step)


def told(app: AppTest) -> str:
    """All that the page says, as a person reads it."""
    return "\n".join([words_of(app), *(text.value for text in app.text)])


def button(app: AppTest, label: str) -> object:
    return next(each for each in app.button if each.label == label)


def with_papers(**more: list[tuple[str, bytes]]) -> Desk:
    desk = Desk()
    given = {
        "template": [("template.csv", PAPERS.template)],
        "accepted": [("accepted.csv", PAPERS.accepted)],
        **more,
    }
    for zone, papers in given.items():
        for paper in papers:
            desk.portal.add(zone, *paper)
    return desk


@cache
def _taught_by_the_papers() -> rt.Calibration:
    return learned(template=[("template.csv", PAPERS.template)]).portal.learned


def learned(**more: list[tuple[str, bytes]]) -> Desk:
    """A desk on which the papers were learned from, and others beside or instead of them."""
    desk = with_papers(**more)
    if more:
        desk.portal.learn('extends = "batch-upload"', lambda _: None)
    else:
        desk.portal.learned = _taught_by_the_papers()
        desk.portal.lay_over(desk.portal.learned.toml, ())
    assert desk.portal.learned is not None
    desk.portal.go_to = ""
    return desk


# --- nothing known -------------------------------------------------------------------------------


def test_whoever_knows_nothing_is_told_what_to_do_next() -> None:
    app = opened()

    said = told(app)
    assert "Nothing was learned from your portal yet: of 16 columns" in said
    assert "It was never compared with what your portal did." in said
    assert all(row.column in said for row in rt.dictionary_rows(rt.load_profile()))
    button(app, "Learn from your files").click().run()
    assert app.session_state["step"] == "learn"
    assert button(app, "Learn").disabled


@pytest.mark.parametrize("step", ["proposals", "keep"])
def test_other_parts_lead_to_learning_as_long_as_there_is_nothing(
    step: str,
) -> None:
    app = opened(step)

    button(app, "Learn from your files").click().run()

    assert app.session_state["step"] == "learn"


def test_whoever_has_no_papers_can_try_a_made_up_portal() -> None:
    app = opened()

    button(app, "Just looking? Try a made-up portal").click().run()

    work = app.session_state["desk"].portal
    assert app.session_state["step"] == "learn"
    assert [len(getattr(work, zone)) for zone in ("template", "accepted", "sent", "reports")] == [
        1, 1, 1, 1,
    ]  # fmt: skip
    assert not button(app, "Learn").disabled


# --- papers --------------------------------------------------------------------------------------


def test_papers_are_learned_from_and_the_proposals_open() -> None:
    app = opened("learn", with_papers())

    button(app, "Learn").click().run()

    assert app.session_state["step"] == "proposals"
    said = told(app)
    assert "Before, 0 of 40 rows were judged as your portal judged them; now 40 of 40 are." in said
    assert "userRole" in said
    assert all(box.value for box in app.checkbox)


def test_a_paper_that_cannot_be_used_says_so_at_its_place_and_the_rest_teaches() -> None:
    app = opened("learn", with_papers(dictionary=[("dictionary.csv", b"only,words\n1,2\n")]))

    button(app, "Learn").click().run()
    assert app.session_state["desk"].portal.learned.after.agree == 40
    app.session_state["step"] = "learn"
    app.run()

    said = told(app)
    assert "This was left aside." in said
    assert "dictionary.csv" in said.partition("This was left aside.")[2]
    assert len(app.session_state["desk"].portal.accepted) == 1


def test_a_pair_waits_for_its_other_half() -> None:
    desk = with_papers()
    desk.portal.add("sent", "sent.csv", PAPERS.sent)

    assert "One error report is missing" in told(opened("learn", desk))


def test_papers_of_one_name_are_told_apart() -> None:
    work = Work()
    work.add("accepted", "users.csv", b"1")
    work.add("accepted", "users.csv", b"2")
    work.add("sent", "users.csv", b"3")

    names = [paper.name for paper in (*work.accepted, *work.sent)]
    assert names == ["users.csv", "users (2).csv", "users (3).csv"]


def test_a_paper_is_taken_away_and_learning_is_asked_for_again() -> None:
    app = opened("learn", learned())

    button(app, "Remove template").click().run()

    assert app.session_state["desk"].portal.template == []
    assert "learn again" in told(app)


# --- proposals -----------------------------------------------------------------------------------


def test_declining_counts_at_once() -> None:
    app = opened("proposals", learned())
    work = app.session_state["desk"].portal
    role = next(p for p in work.learned.proposals if p.about == "accepts")

    box = next(b for b in app.checkbox if b.label == f"Accept proposal {role.number}")
    box.uncheck().run()

    work = app.session_state["desk"].portal
    assert not work.learned.proposals[role.number - 1].accepted
    assert work.learned.after.agree < 40
    assert f"now {work.learned.after.agree} of 40 are." in told(app)
    assert "You said no" in told(app)

    button(app, "Accept all").click().run()
    assert all(box.value for box in app.checkbox)
    assert "now 40 of 40 are." in told(app)

    button(app, "Accept none").click().run()
    assert not any(box.value for box in app.checkbox)


def test_the_picture_of_the_agreement_is_described() -> None:
    desk = learned()

    figure = desk.portal.learned.plot.agreement()

    assert figure.layout.meta["alt"] == (
        "Rows judged beside the portal. before: 0 judged the same, 40 too strict, 0 too lenient; "
        "now: 40 judged the same, 0 too strict, 0 too lenient."
    )
    assert opened("proposals", desk).get("plotly_chart")


def test_nothing_that_a_portal_says_becomes_markup() -> None:
    header, _, rows = PAPERS.accepted.partition(b"\r\n")
    lines = [header + b"," + EVIL.encode(), *(r + b",x" for r in rows.split(b"\r\n") if r)]
    desk = learned(template=[], accepted=[("accepted.csv", b"\r\n".join(lines))])

    for step in ("known", "proposals", "keep"):
        app = opened(step, desk)
        assert EVIL in told(app) or step == "keep"
        assert "<img" not in "".join(element.proto.body for element in app.get("html"))
        assert not any(EVIL in element.value for element in app.markdown)
        assert not any(EVIL in each.label for each in (*app.button, *app.checkbox))


def test_a_file_that_contradicts_the_dictionary_is_not_called_left_aside() -> None:
    listing = b'column,required,accepted values\nuserRole,Yes,"Nobody, Somebody"\n'
    listing = listing.replace(b"userRole", PAPERS.template.split(b",")[5])
    desk = learned(dictionary=[("dictionary.csv", listing)])

    assert any("does not list it" in notice.text for notice in desk.portal.learned.notices)
    assert "left aside" not in told(opened("learn", desk))
    assert "does not list it" in told(opened("proposals", desk))


# --- edits ---------------------------------------------------------------------------------------


def test_an_edit_changes_what_the_file_at_hand_would_come_to() -> None:
    desk = Desk()
    desk.take("users.csv", file_of([student()]).replace(b"userGrade", b"grade"))
    desk.judge(lambda _: None)
    desk.portal.lay_over('extends = "batch-upload"\n', (rt.ColumnEdit("userGrade", name="grade"),))

    app = opened("keep", desk)

    said = told(app)
    assert "1 row more would be accepted." in said
    assert "Not kept yet" in said


def test_an_edit_that_makes_no_profile_is_said_and_loses_nothing() -> None:
    work = Work()
    text = 'extends = "batch-upload"\n'
    work.lay_over(text, (rt.ColumnEdit("userGrade", name="grade"),))

    work.lay_over(text, (rt.ColumnEdit("userGrade", name="userId"),))

    assert "userId" in work.edit_trouble
    assert work.draft.profile.columns["userGrade"].name == "grade"


def test_the_table_to_edit_is_there_with_nothing_changed() -> None:
    app = opened("edit")

    said = told(app)
    assert "Nothing was changed by hand." in said
    assert "No file is being checked" in said
    assert app.session_state["desk"].portal.table["column"][0] == "action"


def test_what_was_typed_is_there_again_after_another_page() -> None:
    desk = Desk()
    desk.portal.lay_over('extends = "batch-upload"\n', (rt.ColumnEdit("userGrade", name="grade"),))

    app = opened("edit", desk)

    portal = app.session_state["desk"].portal
    assert portal.table.filter(pl.col("column") == "userGrade")["header"].item() == "grade"
    assert portal.edits == (rt.ColumnEdit("userGrade", name="grade"),)
    button(app, "Undo my changes").click().run()
    assert app.session_state["desk"].portal.draft is None


# --- keeping -------------------------------------------------------------------------------------


def test_what_is_kept_for_a_district_judges_its_files_and_can_be_taken_back(
    store: rt.Store,
) -> None:
    desk = learned()
    desk.judge_by(Basis(district="Avon"))
    desk.take("users.csv", FRESH)
    app = opened("keep", desk)

    app.text_input(key="keep-note").set_value("from the template")
    button(app, "Keep it for Avon").click().run()

    assert "Kept: version 1 of Avon's own profile." in told(app)
    assert store.profile_versions("Avon")[0].note == "from the template"
    app.switch_page("app_pages/check.py").run()
    assert "RT004" not in app.session_state["desk"].review.by_rule
    assert app.session_state["desk"].review.rows.rejected < 30

    app.switch_page("app_pages/portal.py").run()
    app.session_state["step"] = "keep"
    app.run()
    button(app, "Undo version 1").click().run()
    assert "Version 1 was undone; the district has no profile of its own now." in told(app)
    app.switch_page("app_pages/check.py").run()
    assert app.session_state["desk"].review.rows.accepted == 0


def test_without_a_district_it_judges_the_file_of_this_visit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROSTER_STORE", str(tmp_path / "none.duckdb"))
    desk = learned()
    desk.take("users.csv", FRESH)
    app = opened("keep", desk)
    assert "There is no district here yet." in told(app)

    button(app, "Use it for this visit only").click().run()
    assert "This is what your files are checked by." in told(app)
    app.switch_page("app_pages/check.py").run()

    assert app.session_state["desk"].review.verdict is rt.Verdict.CLEAN
    assert app.session_state["desk"].portal.learned is not None


def test_what_was_kept_is_shown_with_its_record_and_files(store: rt.Store) -> None:
    store.set_profile("Avon", learned().portal.learned.toml)

    said = told(opened("known", Desk(basis=Basis(district="Avon"))))

    assert "are known from your portal" in said
    assert "Compared with what your portal did on 40 rows of 1 file" in said
    assert "● seen: name" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "template.csv, accepted.csv\non 20" in said


def test_a_first_meeting_is_learned_on_top_of_what_the_district_has(store: rt.Store) -> None:
    grade = rt.edited_profile(
        'extends = "batch-upload"', [rt.ColumnEdit("userGrade", name="grade")]
    )
    store.set_profile("Avon", grade.toml)
    desk = Desk(basis=Basis(district="Avon"))
    file = file_of([student(f"S{n}") for n in range(20)])
    desk.take(
        "users.csv", file.replace(b"userGrade", b"grade").replace(b"userFirstName", b"firstName")
    )

    desk.learn()

    assert desk.not_learned == ""
    learned, judged = desk.learned or pytest.fail("nothing was learned")
    names = [learned.profile.columns[key].name for key in ("userGrade", "userFirstName")]
    assert names == ["grade", "firstName"]
    assert judged.rows.rejected == 0
