"""The page "Dictionary and rules": every column and rule, the template, addresses for students."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from making import file_of, student
from opening import open_page, words_of

import roster_toolkit as rt

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, app_store: Path) -> AppTest:
    assert not app_store.exists()
    monkeypatch.chdir(REPOSITORY)
    return open_page("dictionary")


def part(page: AppTest, name: str) -> AppTest:
    page.session_state["part"] = name
    return page.run()


# --- columns -------------------------------------------------------------------------------------


def test_every_column_stands_there_with_what_it_accepts(page: AppTest) -> None:
    said = words_of(page)

    for row in rt.dictionary_rows(rt.load_profile()):
        assert row.column in said
        assert row.description in said
        assert row.values in said
        assert row.category in said
    assert all(mark in said for mark in ("✓ confirmed", "→ inferred", "~ assumed"))


def test_another_kind_of_upload_has_other_columns(page: AppTest) -> None:
    page.selectbox(key="kind").set_value("third-party").run()

    assert rt.load_profile("third-party").summary in words_of(page)


def test_a_column_is_opened_with_its_other_names(page: AppTest) -> None:
    chosen = next(box for box in page.selectbox if box.label == "More about one column")
    chosen.set_value("userGrade").run()

    assert "gradeLevel" in words_of(page)
    assert "kindergarten" in words_of(page)


# --- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", rt.told_rules(rt.load_profile())[::9], ids=lambda rule: rule.code)
def test_a_rule_is_opened_with_its_reason_and_its_proof(page: AppTest, rule: rt.ToldRule) -> None:
    part(page, "rules")
    page.selectbox(key="rule").set_value(rule.code).run()

    said = words_of(page)
    assert rule.why in said
    assert rule.how_to_fix in said
    assert f"{rule.effect[0].upper()}{rule.effect[1:]}." in said
    assert rule.known in said
    assert "Wrong" in said
    assert "Right" in said


def test_every_rule_is_in_the_list(page: AppTest) -> None:
    part(page, "rules")

    assert page.dataframe[0].value["code"].tolist() == list(rt.catalogue())


def test_severities_are_called_as_beside_the_problems_of_a_file(page: AppTest) -> None:
    part(page, "rules")
    severity = next(box for box in page.selectbox if box.label == "Severity")

    assert severity.options == ["All", "whole file", "error", "warning", "note"]
    assert set(page.dataframe[0].value["severity"]) == {*severity.options[1:]}


def test_the_list_is_narrowed_by_how_a_rule_is_known(page: AppTest) -> None:
    part(page, "rules")
    next(box for box in page.selectbox if box.label == "How it is known").set_value("assumed").run()

    codes = page.dataframe[0].value["code"].tolist()

    assert codes == [c for c, r in rt.catalogue().items() if r.evidence is rt.Evidence.ASSUMED]


def test_a_list_without_a_rule_says_what_to_do(page: AppTest) -> None:
    part(page, "rules")
    boxes = {box.label: box for box in page.selectbox}
    boxes["About"].set_value("The file as it was read")
    boxes["Severity"].set_value("note")
    boxes["How it is known"].set_value("confirmed").run()

    assert "No rule is like that" in words_of(page)


def test_a_pasted_error_text_finds_its_rule_and_names_others(page: AppTest) -> None:
    page.text_area(key="pasted").set_value("Duplicate email address for two users").run()

    assert f"RT302: {rt.catalogue()['RT302'].title}" in words_of(page)
    assert any(button.key.startswith("also-") for button in page.button if button.key)


def test_another_likely_rule_is_opened_by_its_button(page: AppTest) -> None:
    page.text_area(key="pasted").set_value("userEmail is not a valid email address").run()
    other = next(button for button in page.button if button.key and button.key.startswith("also-"))

    other.click().run()

    assert page.session_state["part"] == "rules"
    assert page.session_state["rule"] == other.key.removeprefix("also-")


def test_a_text_that_resembles_no_rule_is_a_sentence(page: AppTest) -> None:
    page.text_area(key="pasted").set_value("qwerty zxcv").run()

    assert "No rule resembles that" in words_of(page)


def test_each_pasted_line_is_answered_and_shown_as_text(page: AppTest) -> None:
    page.text_area(key="pasted").set_value("file is empty\n# duplicate <b>email</b>\nqwerty").run()

    assert [text.value for text in page.text] == [
        "file is empty",
        "# duplicate <b>email</b>",
        "qwerty",
    ]
    assert {"line-0-RT002", "line-1-RT302"} <= {button.key for button in page.button}
    assert "No rule resembles that." in words_of(page)
    assert not page.markdown


def test_a_text_that_fits_no_rule_well_names_the_nearest(page: AppTest) -> None:
    page.text_area(key="pasted").set_value("Password must be at least 8 characters").run()

    assert "No rule fits that well" in words_of(page)
    assert sum(bool(b.key and b.key.startswith("also-")) for b in page.button) == 3


def test_what_is_pasted_is_not_in_the_address(page: AppTest) -> None:
    page.text_area(key="pasted").set_value("RT302 ana@school.org").run()

    assert "ana" not in str(page.query_params)


def test_markup_in_a_pasted_text_stays_text(page: AppTest) -> None:
    page.text_area(key="pasted").set_value("<img src=x> RT302").run()

    assert "<img" not in words_of(page)


# --- template ------------------------------------------------------------------------------------


def test_the_template_shows_its_header_and_can_be_taken_along(page: AppTest) -> None:
    part(page, "template")

    assert all(column.name in words_of(page) for column in rt.load_profile().columns.values())
    assert [button.label for button in page.get("download_button")] == ["Download the template"]


# --- addresses -----------------------------------------------------------------------------------


def test_the_page_says_that_no_mail_reaches_these_addresses(page: AppTest) -> None:
    part(page, "addresses")

    assert "No mail reaches these addresses." in words_of(page)
    assert "is our best understanding" in words_of(page)


def filled(page: AppTest, domain: str) -> AppTest:
    part(page, "addresses")
    file = file_of([student("S1", userEmail=""), student("123456789", userEmail="")])
    page.file_uploader[0].upload("users.csv", file, "text/csv").run()
    return page.text_input(key="mail-domain").set_value(domain).run()


def test_blank_addresses_are_shown_before_they_are_taken_along(page: AppTest) -> None:
    filled(page, "school.org")

    assert "1 student in 1 row gets an address" in words_of(page)
    assert page.dataframe[0].value["address"].tolist() == ["ana.lee_S1@school.org"]
    assert page.dataframe[1].value["why"].tolist() == ["its ID may be a social security number"]


def test_the_file_with_addresses_is_checked_on_the_other_page(page: AppTest) -> None:
    filled(page, "school.org")
    button = next(b for b in page.button if b.label == "Check the file with these addresses")

    button.click().run()

    desk = page.session_state["desk"]
    assert desk.name == "users-addresses.csv"
    assert b"ana.lee_S1@school.org" in desk.data


def test_a_domain_that_cannot_be_used_is_a_sentence(page: AppTest) -> None:
    filled(page, "amplify.com")

    assert "The portal rejects addresses of @amplify…" in words_of(page)


def test_a_file_without_blanks_needs_nothing(page: AppTest) -> None:
    part(page, "addresses")
    page.file_uploader[0].upload("users.csv", file_of([student("S1")]), "text/csv").run()
    page.text_input(key="mail-domain").set_value("school.org").run()

    assert "No student of this file is without an address." in words_of(page)
    assert not page.get("download_button")
