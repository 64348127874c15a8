"""Proposals are chosen without learning anew; a source that cannot be used may be left aside."""

from __future__ import annotations

import pytest

import roster_toolkit as rt

PAPERS = rt.sample_portal(40, seed=7, profile=rt.load_profile())
DAY = "2026-11-29"
#: No data dictionary: it has no column of names.
UNUSABLE = ("dictionary.csv", b"only,words\n1,2\n")


@pytest.fixture(scope="module")
def learned() -> rt.Calibration:
    return rt.calibrate(accepted=[("accepted.csv", PAPERS.accepted)], date=DAY)


def test_a_choice_is_that_of_learning_with_it(learned: rt.Calibration) -> None:
    declined = learned.proposals[-1].number
    wanted = {proposal.number for proposal in learned.proposals} - {declined}

    chosen = learned.choosing(wanted)

    anew = rt.calibrate(accepted=[("accepted.csv", PAPERS.accepted)], date=DAY, decline=[declined])
    assert chosen.toml == anew.toml
    assert (chosen.after, chosen.unexplained) == (anew.after, anew.unexplained)
    assert chosen.after.agree < learned.after.agree


def test_a_choice_is_taken_back_by_another(learned: rt.Calibration) -> None:
    everything = {proposal.number for proposal in learned.proposals}

    assert learned.choosing(set()).choosing(everything).toml == learned.toml


def test_a_number_that_there_is_not_is_said(learned: rt.Calibration) -> None:
    with pytest.raises(rt.UsageError, match="There is no proposal 99"):
        learned.choosing({99})


def test_what_cannot_be_used_is_left_aside_with_its_sentence_where_that_is_asked() -> None:
    accepted = [("accepted.csv", PAPERS.accepted)]
    with pytest.raises(rt.ToolkitError) as trouble:
        rt.calibrate(accepted=accepted, dictionary=UNUSABLE)

    found = rt.calibrate(accepted=accepted, dictionary=UNUSABLE, leave_aside=True)

    assert [(notice.text, notice.sources) for notice in found.notices] == [
        (str(trouble.value), ("dictionary.csv",))
    ]
    assert found.after.agree == 40


def test_where_nothing_can_be_used_nothing_is_proposed() -> None:
    found = rt.calibrate(dictionary=UNUSABLE, template=("t.csv", b""), leave_aside=True)

    assert found.proposals == ()
    assert {notice.sources for notice in found.notices} == {("t.csv",), ("dictionary.csv",)}
    assert found.profile.columns == rt.load_profile().columns


def test_each_stage_is_told_as_it_begins() -> None:
    told: list[str] = []

    rt.calibrate(accepted=[("accepted.csv", PAPERS.accepted)], progress=told.append)

    assert told[0] == "Reading the files"
    assert told[-1] == "Checking every row by what was learned"
    assert len(told) == len(set(told)) == 5


def test_the_agreement_is_drawn_and_told_in_a_sentence(learned: rt.Calibration) -> None:
    figure = learned.plot.agreement()

    assert figure.layout.meta["alt"].startswith("Rows judged beside the portal. before: 0 judged")
    assert [bar.name for bar in figure.data] == ["judged the same", "too strict", "too lenient"]
