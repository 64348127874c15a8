"""Every frame that one module hands to another has the schema that its producer names."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import roster_toolkit as rt
from roster_toolkit.assessment import FINDINGS_IN_WORDS
from roster_toolkit.causes import CAUSED_FINDINGS
from roster_toolkit.impact import preview
from roster_toolkit.records import VALUES, VARIANTS, Records, rows_schema
from roster_toolkit.repair.proposals import OFFER, repairs_on_offer
from roster_toolkit.rosters.compare import FIELDS
from roster_toolkit.rosters.roster import (
    ENROLLMENTS,
    MEMBERSHIPS,
    SCHOOLS,
    Roster,
    classes_schema,
    people_schema,
    stated_roster,
)
from roster_toolkit.rules.judgement import HITS, hits
from roster_toolkit.validate import FINDINGS
from roster_toolkit.validate.run import RENUMBERED

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
RIVERTON = SAMPLES / "riverton"
#: A file with many faults, one without any, one that is rejected, and none at all but a header.
FILES = {
    "hard mixture": (SAMPLES / "hard-mixture.csv").read_bytes(),
    "clean": (SAMPLES / "clean.csv").read_bytes(),
    "unclosed quote": (SAMPLES / "unclosed-quote.csv").read_bytes(),
    "header alone": (SAMPLES / "clean.csv").read_bytes().splitlines(keepends=True)[0],
}


@pytest.fixture(scope="module")
def upload() -> rt.Review:
    """Riverton's next upload against its roster."""
    return rt.review(
        RIVERTON / "users.csv",
        against=RIVERTON / "download.csv",
        schools=RIVERTON / "schools.csv",
    )


@pytest.fixture(scope="module")
def records(upload: rt.Review) -> Records:
    """What the rows of the upload say."""
    assert upload.validation.as_read is not None
    return upload.validation.as_read


@pytest.mark.parametrize("file", FILES)
def test_findings_keep_their_schema_from_the_rules_to_the_words(file: str) -> None:
    result = rt.review(FILES[file])
    assert result.validation.findings.schema == pl.Schema(FINDINGS)
    assert result.found.findings.schema == pl.Schema(CAUSED_FINDINGS)
    assert result.findings.schema == FINDINGS_IN_WORDS
    offer = repairs_on_offer(result.upload, result.validation, result.profile)
    assert offer.schema == pl.Schema(OFFER)


def test_findings_against_a_roster_have_the_same_schema(upload: rt.Review) -> None:
    assert upload.validation.findings.schema == pl.Schema(FINDINGS)
    assert upload.validation.renumbered.schema == pl.Schema(RENUMBERED)
    assert upload.found.findings.schema == pl.Schema(CAUSED_FINDINGS)
    assert upload.findings.schema == FINDINGS_IN_WORDS


def test_a_rule_over_the_file_gives_hits_even_where_there_are_none() -> None:
    assert hits().schema == pl.Schema(HITS)


def test_records_have_rows_statements_and_values(records: Records) -> None:
    assert records.rows.schema == rows_schema(records.profile)
    for view in records.views.values():
        texts = dict.fromkeys(view.columns, pl.String)
        assert view.variants.schema == pl.Schema({**VARIANTS, **texts}), view.name
    for column, values in records.values.items():
        assert values.schema == VALUES, column


@pytest.mark.parametrize("state", ["as stored", "as stated by a file", "without a record"])
def test_every_roster_has_the_same_frames(upload: rt.Review, records: Records, state: str) -> None:
    assert upload.against is not None
    stored: Roster = upload.against.roster
    roster = {
        "as stored": stored,
        "as stated by a file": stated_roster(records),
        "without a record": stored.without_records(),
    }[state]
    assert roster.schools.schema == SCHOOLS
    assert roster.people.schema == people_schema(upload.profile)
    assert roster.memberships.schema == MEMBERSHIPS
    assert roster.classes.schema == classes_schema(upload.profile)
    assert roster.enrollments.schema == ENROLLMENTS


def test_an_impact_tells_the_outcome_of_every_record(upload: rt.Review) -> None:
    impact = upload.impact
    assert impact is not None
    assert impact.people.schema == preview.PEOPLE
    assert impact.person_schools.schema == preview.PERSON_SCHOOLS
    assert impact.classes.schema == preview.CLASSES
    assert impact.enrollments.schema == preview.ENROLLMENTS
    assert impact.schools.schema == preview.SCHOOLS
    assert impact.compared.fields.schema == pl.Schema(FIELDS)
