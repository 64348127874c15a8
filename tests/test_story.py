"""The sample district: the same each time, and at fault where faults were planted."""

from __future__ import annotations

from pathlib import Path

import pytest

import roster_toolkit as rt
from roster_toolkit.profile import load_profile
from roster_toolkit.samples.riverton import riverton
from roster_toolkit.store.connect import reading


@pytest.fixture(scope="module")
def reviewed(story: rt.Story) -> rt.Review:
    known = rt.Store(story.store).against(story.district)
    return rt.review(story.upload, against=known, previous_upload=story.previous)


def test_the_files_are_the_same_each_time() -> None:
    assert riverton(load_profile()) == riverton(load_profile())


def test_the_store_tells_the_year_so_far(story: rt.Story) -> None:
    store = rt.Store(story.store)

    made = [(s.number, s.label, s.origin) for s in store.snapshots(story.district)]

    assert made == [
        (1, "First download", "download-august.csv"),
        (2, "Start of the year", "users-september.csv"),
        (3, "After edits in the portal", "download.csv"),
    ]
    assert [district.name for district in store.districts()] == ["Avon", "Riverton"]
    assert store.inactive_because(story.district) == ()


def test_making_it_again_leaves_the_store_as_it_is(story: rt.Story) -> None:
    before = story.store.read_bytes()

    again = rt.sample_story(story.store.parent)

    assert again == story
    assert story.store.read_bytes() == before


def test_a_store_of_ones_own_gets_the_district_too(tmp_path: Path) -> None:
    story = rt.sample_story(tmp_path / "files", tmp_path / "own.duckdb")

    with reading(story.store, 1) as con:
        assert con.sql("SELECT count(*) FROM snapshots").fetchall() == [(4,)]
    assert not (tmp_path / "files" / "roster.duckdb").exists()


@pytest.mark.parametrize("name", ["previous", "download"])
def test_what_was_uploaded_and_downloaded_before_is_without_a_fault(
    story: rt.Story, name: str
) -> None:
    assert rt.review(getattr(story, name)).by_rule == {}


def test_the_download_is_what_the_store_has_now(story: rt.Story) -> None:
    review = rt.review(story.download, against=rt.Store(story.store).against(story.district))

    assert review.impact is not None
    assert not review.impact.changes_anything


#: Written down beside the story, not taken from a run: people × their rows, or rows.
PLANTED = {
    "RT203": 2, "RT105": 12, "RT103": 12, "RT110": 4, "RT014": 1, "RT402": 6, "RT411": 1,
    "RT412": 1, "RT403": 12, "RT417": 1,
}  # fmt: skip


@pytest.mark.parametrize(("code", "count"), PLANTED.items())
def test_every_fault_was_planted_as_often_as_it_is_found(
    reviewed: rt.Review, code: str, count: int
) -> None:
    found = reviewed.select(code=code)

    assert (found.rows.len() or found.count) in {count, count * 6}


def test_no_kind_of_trouble_is_missing_from_the_next_upload(reviewed: rt.Review) -> None:
    assert {
        "RT014", "RT101", "RT102", "RT103", "RT105", "RT109", "RT110", "RT111", "RT201", "RT203",
        "RT204", "RT301", "RT302", "RT304", "RT401", "RT402", "RT403", "RT404", "RT406", "RT411",
        "RT412", "RT413", "RT417",
    } <= reviewed.by_rule.keys()  # fmt: skip
    assert reviewed.faults == ()
    assert len(reviewed.causes) < 30


def test_those_who_change_school_are_left_behind_at_the_old_one(reviewed: rt.Review) -> None:
    assert reviewed.left_behind["kind"].to_list() == ["student"] * 8
    assert reviewed.left_behind["schoolId"].n_unique() == 1


def test_the_new_domain_of_a_school_is_told_as_one_change(reviewed: rt.Review) -> None:
    (told,) = reviewed.select(code="RT412").findings["value"]

    assert told.endswith("student records updated (the domain of userEmail)")


def test_the_next_upload_changes_something_of_everything(reviewed: rt.Review) -> None:
    assert reviewed.impact is not None
    student = reviewed.impact.totals[rt.Kind.STUDENT]

    assert student[rt.Outcome.CREATED] == 14
    assert student[rt.Outcome.UPDATED] > 131
    assert reviewed.impact.totals[rt.Kind.CLASS][rt.Outcome.REMOVED] == 1
    assert reviewed.impact.unmentioned[rt.Kind.STUDENT] > 0
