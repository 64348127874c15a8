"""A portal is learned from what it handed out, took and reported."""

from __future__ import annotations

import json
from functools import cache

import polars as pl
import pytest
from making import HEADER, file_of, in_class, student
from portals.lies import LIES, told_with
from portals.measure import judged
from portals.portal import Portal

import roster_toolkit as rt
from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.profile import load_profile, profile_of_text

DAY = "2026-11-30"
#: Lies that stop the learning with a sentence; others are set aside, and said to be.
NOTICED = ("the report of another upload", "the report of another portal")
PLAIN, HARD = (1, 4, 9), (3, 5, 26, 48)


def evidence(portal: Portal) -> dict[str, object]:
    """A template, one accepted file, and one error report."""
    sent = portal.file(2)
    return {
        "template": ("template.csv", portal.template()),
        "accepted": [("accepted.csv", portal.good_file(1))],
        "refused": [(("sent.csv", sent), ("users-errors.csv", portal.report(sent)))],
        "date": DAY,
    }


@cache
def learned(seed: int, *, hard: bool = False) -> rt.Calibration:
    return rt.calibrate(**evidence(Portal(seed, hard=hard)))  # type: ignore[arg-type]


def proposal(about: str, column: str) -> rt.Proposal:
    """What was proposed for a column of the first portal."""
    return next(p for p in learned(1).proposals if (p.about, p.column) == (about, column))


def agreeing(portal: Portal, profile: rt.Profile) -> float:
    """The share of a fresh file's rows that a profile judges as the portal does."""
    fresh = portal.file(1001, fresh=True)
    pairs = list(zip(judged(fresh, profile), portal.judge(fresh), strict=True))
    return sum(mine == theirs for mine, theirs in pairs) / len(pairs)


@pytest.mark.parametrize(
    "seed", [PLAIN[0], *(pytest.param(seed, marks=pytest.mark.slow) for seed in PLAIN[1:])]
)
def test_a_plain_portal_is_learned_to_the_row(seed: int) -> None:
    portal, calibration = Portal(seed), learned(seed)

    assert calibration.before.share < 0.2
    assert calibration.after.share == 1
    assert agreeing(portal, calibration.profile) >= 0.999
    assert all(judged(portal.good_file(1002, fresh=True), calibration.profile))


@pytest.mark.slow
@pytest.mark.parametrize("seed", HARD)
def test_a_hard_portal_is_learned_nearly_so(seed: int) -> None:
    portal, calibration = Portal(seed, hard=True), learned(seed, hard=True)

    assert agreeing(portal, calibration.profile) >= 0.99
    assert all(judged(portal.good_file(1002, fresh=True), calibration.profile))


@pytest.mark.slow
@pytest.mark.parametrize("seed", PLAIN)
def test_from_one_accepted_file_alone_good_files_are_taken(seed: int) -> None:
    portal = Portal(seed)
    calibration = rt.calibrate(accepted=[portal.good_file(1)], date=DAY)

    assert calibration.after.share == 1
    assert all(judged(portal.good_file(1002, fresh=True), calibration.profile))


def test_the_file_that_was_taken_is_judged_clean_of_errors_by_what_it_taught() -> None:
    taken = Portal(4).good_file(1)

    assert rt.review(taken).verdict.value == "rejected"
    assert (
        rt.review(taken, profile=rt.calibrate(accepted=[taken], date=DAY).profile).rows.rejected
        == 0
    )


@pytest.mark.slow
@pytest.mark.parametrize("lie", LIES)
def test_evidence_that_lies_is_noticed_or_without_effect(lie: str) -> None:
    portal = Portal(2)
    true = evidence(portal)
    template, accepted, refused = told_with(
        portal,
        lie,
        template=true["template"],
        accepted=true["accepted"],
        refused=true["refused"],  # type: ignore[arg-type]
    )
    given = {"template": template, "accepted": accepted, "refused": refused, "date": DAY}
    if lie in NOTICED:
        with pytest.raises(ToolkitError, match=r"\.$"):
            rt.calibrate(**given)  # type: ignore[arg-type]
        return
    calibration = rt.calibrate(**given)  # type: ignore[arg-type]

    assert agreeing(portal, calibration.profile) >= 0.999
    assert all(judged(portal.good_file(1002, fresh=True), calibration.profile))


def test_each_proposal_says_what_it_rests_on() -> None:
    proposals = learned(1).proposals

    assert [p.number for p in proposals] == list(range(1, len(proposals) + 1))
    assert all(p.before != p.after and p.why and p.sources for p in proposals)
    grade = proposal("accepts", "userGrade")
    assert grade.after.startswith("PK, KG, 01, 02")
    assert grade.sources == ("accepted.csv", "sent.csv")
    assert grade.sure == "certain"
    assert grade.example_row is not None


def test_a_declined_proposal_is_left_out() -> None:
    everything = learned(1)
    grade = next(
        p for p in everything.proposals if p.column == "userGrade" and p.about == "accepts"
    )

    without = rt.calibrate(**evidence(Portal(1)), decline=[grade.number])  # type: ignore[arg-type]

    assert not without.proposals[grade.number - 1].accepted
    assert (
        without.profile.vocabularies[without.profile.columns["userGrade"].vocabulary or ""]
        == (load_profile().vocabularies["grade"])
    )


@pytest.mark.slow
def test_a_declined_pairing_leaves_the_column_to_the_portal() -> None:
    pairing = next(
        p for p in learned(1).proposals if p.about == "header" and p.column == "userGrade"
    )

    without = rt.calibrate(**evidence(Portal(1)), decline=[pairing.number])  # type: ignore[arg-type]

    assert not without.profile.columns[pairing.after].judged
    assert without.profile.columns["userGrade"].absent


def test_a_number_that_is_no_proposal_is_refused() -> None:
    with pytest.raises(UsageError, match="There is no proposal 99"):
        rt.calibrate(accepted=[Portal(1).good_file(1)], decline=[99])


def test_the_learned_profile_remembers_what_was_seen_where() -> None:
    profile = learned(1).profile

    assert profile.record is not None
    assert (profile.record.files, profile.record.rows, profile.record.agreed) == (2, 1200, 1200)
    assert profile.record.last == DAY
    grade = profile.columns["userGrade"]
    assert grade.evidence["values"] == "seen"
    assert {seen.file for seen in grade.seen} >= {"accepted.csv", "sent.csv"}
    assert profile.columns["schoolId"].evidence["name"] == "confirmed"


def test_the_columns_stand_in_the_order_of_the_template() -> None:
    portal = Portal(1)
    header = portal.template().decode().splitlines()[0].split(",")

    assert [column.name for column in learned(1).profile.in_file] == header


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "hard"), [(1, False), (4, False), (5, True), (26, True)])
def test_the_template_of_a_learned_profile_passes_its_own_check(seed: int, *, hard: bool) -> None:
    profile = learned(seed, hard=hard).profile
    review = rt.review(rt.template_csv(profile), profile=profile)

    assert set(review.findings.filter(severity="error")["code"]) <= {"RT013"}
    assert review.verdict.value != "rejected"


@pytest.mark.slow
def test_the_profile_is_text_that_can_be_read_again() -> None:
    calibration = learned(5, hard=True)
    again = profile_of_text(calibration.toml, "again")

    assert again.sha256 == calibration.profile.sha256


@pytest.mark.slow
def test_the_same_evidence_gives_the_same_bytes() -> None:
    assert rt.calibrate(**evidence(Portal(4))).toml == learned(4).toml  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_portal_is_learned_further() -> None:
    portal = Portal(4)
    first = rt.calibrate(accepted=[portal.good_file(1)], date=DAY)
    everything = evidence(portal)

    second = rt.calibrate(onto=first.toml, refused=everything["refused"], date=DAY)  # type: ignore[arg-type]

    assert agreeing(portal, second.profile) >= 0.999
    assert (
        second.profile.columns["userFirstName"].name == first.profile.columns["userFirstName"].name
    )


def test_the_dictionary_alone_teaches_names_and_values() -> None:
    portal = Portal(1)
    calibration = rt.calibrate(dictionary=portal.dictionary("csv"), date=DAY)

    assert all(judged(portal.good_file(3), calibration.profile))


def test_the_portals_texts_are_laid_to_our_rules() -> None:
    rules = learned(1).profile.rules

    assert rules["RT103"].columns["userEmail"].says
    assert "@" not in json.dumps({code: rule.model_dump() for code, rule in rules.items()})


def test_nothing_of_a_person_stands_in_what_was_learned() -> None:
    """Headers, accepted values and texts are the portal's; names and addresses are people's."""
    portal = Portal(26, hard=True)
    calibration = learned(26, hard=True)
    sent = pl.read_csv(portal.file(2), infer_schema=False)
    address = calibration.profile.columns["userEmail"].name

    for value in sent[address].drop_nulls().unique():
        assert value not in calibration.toml
        assert value not in json.dumps([p.after + p.why for p in calibration.proposals])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "There is nothing to learn from"),
        ({"accepted": [b"\x89PNG\r\n\x1a\n"]}, "is no table"),
        ({"accepted": [b"just a line\n"]}, "is no table"),
        ({"template": b"a,b,c\n"}, "has no header line of a users.csv"),
        ({"dictionary": b"one\ntwo\n"}, "names"),
    ],
)
def test_what_cannot_be_used_gets_one_sentence(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(ToolkitError, match=sentence) as refused:
        rt.calibrate(**given)  # type: ignore[arg-type]
    assert "\n" not in str(refused.value)


def test_the_report_of_another_upload_is_refused() -> None:
    portal = Portal(1)

    with pytest.raises(ToolkitError, match="is not the report of"):
        rt.calibrate(refused=[(portal.file(2), portal.report(portal.file(3)))])


@pytest.mark.slow
def test_administrators_stay_administrators_in_the_portals_words() -> None:
    profiles = (learned(seed, hard=True).profile for seed in HARD)
    profile = next(filter(_is_spelled_otherwise, profiles))
    administrator = profile.parts["admins"][0]

    assert administrator == profile.oneroster.roles["principal"]
    assert administrator != profile.oneroster.roles["teacher"]


def _is_spelled_otherwise(profile: rt.Profile) -> bool:
    return "Administrator" not in profile.values_meaning("userRole", "staff")


def test_a_dictionary_and_a_file_that_disagree_are_both_named() -> None:
    portal = Portal(1)
    dictionary = b'column,required,accepted values\nuserRole,Yes,"Student, Teacher"\n'

    calibration = rt.calibrate(
        dictionary=("dictionary.csv", dictionary), accepted=[("taken.csv", portal.good_file(1))]
    )

    told = next(n for n in calibration.notices if "does not list it" in n.text)
    assert told.sources == ("taken.csv", "dictionary.csv")
    assert "STUDENT" in calibration.profile.values_meaning("userRole", "student")


def reported(text: str) -> rt.Calibration:
    """What is learned of rows with the grades 06 and 07, of which one has 6th and is refused."""
    rows = [in_class(student(f"S{n}", userGrade=f"0{6 + n % 2}")) for n in range(30)]
    rows[0]["userGrade"] = "6th"
    report = file_of([rows[0] | {"error": text}], [*HEADER, "error"])
    return rt.calibrate(refused=[(("sent.csv", file_of(rows)), ("report.csv", report))], date=DAY)


def accepted_grades(profile: rt.Profile) -> tuple[str, ...]:
    vocabulary = profile.vocabulary_of(profile.columns["userGrade"])
    assert vocabulary is not None
    return vocabulary.accepts


def test_an_error_that_lists_the_accepted_values_teaches_them() -> None:
    """Completed by what other portals take, the list would contradict the error."""
    calibration = reported("userGrade: 6th is not valid. Valid values are PK, KG, 01-12.")

    assert accepted_grades(calibration.profile) == (
        "PK", "KG", *(f"{grade:02}" for grade in range(1, 13)),
    )  # fmt: skip
    (change,) = [p for p in calibration.proposals if p.column == "userGrade" and "PK" in p.after]
    assert "14 values listed in report.csv" in change.why


def test_words_of_an_error_are_a_list_where_the_accepted_values_are_among_them() -> None:
    rows = [in_class(student(f"S{n}", userRole=("student", "teacher")[n % 2])) for n in range(30)]
    rows[0]["userRole"] = "pupil"
    report = file_of([rows[0] | {"error": "Invalid userRole. Use student, teacher or admin."}],
                     [*HEADER, "error"])  # fmt: skip

    profile = rt.calibrate(
        refused=[(("sent.csv", file_of(rows)), ("report.csv", report))], date=DAY
    ).profile

    assert profile.values_meaning("userRole", "student") == ("student",)
    vocabulary = profile.vocabulary_of(profile.columns["userRole"])
    assert vocabulary is not None
    assert vocabulary.accepts == ("student", "teacher", "admin")


def test_a_list_without_what_the_portal_accepted_is_none_of_its_values() -> None:
    calibration = reported("userGrade: 6th is not valid. Valid values are PK, KG, 1-12.")

    assert {"06", "07"} <= set(accepted_grades(calibration.profile))
    assert "1" not in accepted_grades(calibration.profile)


@pytest.mark.slow
@pytest.mark.parametrize(("begin", "told"), [(2, False), (1, True), (0, True)])
def test_it_is_told_where_a_report_begins_to_count(begin: int, *, told: bool) -> None:
    portal = Portal(1)
    sent = portal.file(2)
    lines = [f"{begin + index},{column},{text}" for index, column, text in portal.complaints(sent)]
    report = "\n".join(
        ("row,column,error", *(line.replace('"', "") for line in lines), "")
    ).encode()

    calibration = rt.calibrate(
        accepted=[portal.good_file(1)], refused=[(sent, ("report.csv", report))], date=DAY
    )

    counted = [notice.text for notice in calibration.notices if "numbers rows" in notice.text]
    assert calibration.after.share == 1
    assert len(counted) == told
    if told:
        assert counted[0].endswith(f"the first row below the header is its number {begin}.")
