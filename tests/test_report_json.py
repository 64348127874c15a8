"""The JSON of a review: its contract, its sums, and that it is the same every time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from making import file_of, reviewed, student

from roster_toolkit.profile import load_profile
from roster_toolkit.report.json import review_json
from roster_toolkit.report.message import message
from roster_toolkit.report.reconciliation import imbalances
from roster_toolkit.report.text import TextReport
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.samples import sample_district

REPOSITORY = Path(__file__).parent.parent
SCHEMA = json.loads((REPOSITORY / "docs/review.schema.json").read_text(encoding="utf-8"))
SAMPLES = sorted((REPOSITORY / "data/samples").glob("*.*sv")) + sorted(
    (REPOSITORY / "data/samples").glob("*.xlsx")
)


def as_object(result: Review, **options: bool) -> Any:  # noqa: ANN401  (JSON)
    return json.loads(b"".join(review_json(result, **options)))


def agrees_with_the_contract(told: Any) -> None:  # noqa: ANN401  (JSON)
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(told)] == []
    assert told["rows"]["accepted"] + told["rows"]["rejected"] == told["file"]["rows"]
    assert told["rows"]["blank"] == told["file"]["blank_rows"]
    total = told["findings"]["total"]
    assert sum(cause["findings"] for cause in told["causes"]) == total
    for part in ("by_severity", "by_category", "by_rule"):
        assert sum(told["findings"][part].values()) == total


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_agrees_with_the_contract(path: Path) -> None:
    result = reviewed(path)

    agrees_with_the_contract(as_object(result))
    assert imbalances(result) == ()


def test_with_findings_every_finding_stands_in_it() -> None:
    result = review(sample_district(500, seed=2, fault_rate=0.3, profile=load_profile()).csv)

    document = as_object(result, findings=True)

    agrees_with_the_contract(document)
    assert len(document["rows_with_findings"]) == document["findings"]["total"]
    rejected = {
        line["row"]
        for line in document["rows_with_findings"]
        if line["row"] and line["severity"] == "error"
    }
    assert len(rejected) == document["rows"]["rejected"]


def test_many_findings_are_joined_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    result = review(file_of(student(f"S{i}", userGrade="x") for i in range(7)))
    whole = as_object(result, findings=True)

    monkeypatch.setattr("roster_toolkit.report.json._FINDINGS_PER_PIECE", 2)

    assert as_object(result, findings=True)["rows_with_findings"] == whole["rows_with_findings"]


def test_a_clean_file_has_an_empty_list_of_findings() -> None:
    assert as_object(review(file_of([student()])), findings=True)["rows_with_findings"] == []


def test_the_impact_is_told_with_a_roster_and_null_for_a_rejected_file() -> None:
    roster = file_of([student(), student("S9")])
    rows = [student(userLastName="Li"), student("S2")]

    document = as_object(review(file_of(rows), against=roster))
    rejected = as_object(review(file_of(rows).replace(b"userEmail", b"userEmial"), against=roster))

    agrees_with_the_contract(document)
    agrees_with_the_contract(rejected)
    assert document["impact"]["student"] == {
        "created": 1, "updated": 1, "no_changes": 0, "removed": 0, "errors": 0,
    }  # fmt: skip
    assert document["unmentioned"]["student"] == 1
    assert set(document["by_school"]) == {"0711"}
    assert (rejected["impact"], rejected["by_school"], rejected["unmentioned"]) == (None,) * 3


def test_seconds_are_all_that_differs_between_two_runs() -> None:
    data = sample_district(300, seed=4, fault_rate=0.3, profile=load_profile()).csv

    one, two = (as_object(review(data), findings=True) for _ in range(2))

    assert one.pop("seconds").keys() == two.pop("seconds").keys()
    assert one == two


@pytest.mark.slow
@example(b'"!')  # the quote opens in the header, where no record is
@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda text: text.encode("utf-8")))
def test_any_bytes_give_valid_json_and_text(data: bytes) -> None:
    result = review(data)

    document = as_object(result, findings=True)

    agrees_with_the_contract(document)
    assert document["faults"] == []
    assert TextReport(result, width=80).render()
    assert message(result)


rows = st.lists(
    st.fixed_dictionaries(
        {
            "userId": st.sampled_from(["S1", "S2", "s1", "", "01", "1"]),
            "userRole": st.sampled_from(["Student", "Teacher", "x", ""]),
            "userEmail": st.sampled_from(["a@b.org", "A@b.org", "c@d.org", "a@amplify.com", ""]),
            "userGrade": st.sampled_from(["3", "Grade 3", ""]),
            "classId": st.sampled_from(["C1", "c1", ""]),
            "className": st.sampled_from(["Math", "Art", ""]),
            "action": st.sampled_from(["", "", "REMOVE-CLASS"]),
        }
    ),
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=40)
@given(rows)
def test_any_rows_balance(drawn: list[dict[str, str]]) -> None:
    result = review(file_of(student(**row) for row in drawn))

    agrees_with_the_contract(as_object(result, findings=True))
    assert imbalances(result) == ()


# --- without values ----------------------------------------------------------------------------

CANARY = "Canary7"


def with_canaries() -> dict[str, bytes]:
    """Files with a canary in every kind of cell, in headers, and beyond the headers."""
    sound = student("S0")
    keys = [key for key in sound if key != "schoolId"]
    rows = [student(f"S{i}", **{key: f" {CANARY}{i}x "}) for i, key in enumerate(keys)]
    rows += [student("S7", userEmail=f"{CANARY}@x.org"), student("S8", userEmail=f"{CANARY}@x.org")]
    rows += [student("S9", schoolId=CANARY, classId=f"{CANARY}C", className=CANARY)]
    rows += [student("S9", schoolId="0711", userStateId=f"{CANARY}1", userFirstName="Bo")]
    rows += [student(CANARY, classId=f"{CANARY}C", className="Other", classGrade="3")]
    rows += [student(CANARY.lower(), action=f"remove {CANARY}", primary_teacher=CANARY)]
    data = file_of(rows)
    ragged = data + f"{CANARY},{CANARY}\n".encode() + b"," * 20 + CANARY.encode() + b"\n"
    return {
        "cells": data,
        "headers": data.replace(b"userGrade", CANARY.encode(), 1).replace(
            b"action", b"Canary7Z", 1
        ),
        "no header": data.split(b"\n", 1)[1],
        "ragged": ragged,
        "latin": data.replace(b"Canary7", b"Canary7\xe9"),
        "unclosed": data + f'"{CANARY}'.encode(),
        "semicolons": data.replace(b",", b";"),
    }


@pytest.mark.parametrize(("kind", "data"), with_canaries().items())
@pytest.mark.parametrize("against", [None, file_of([student("S0")])])
def test_without_values_nothing_of_a_cell_is_told(
    kind: str, data: bytes, against: bytes | None
) -> None:
    result = review(data, against=against)

    shown = [
        b"".join(review_json(result, findings=True, values=False)).decode(),
        TextReport(result, values=False).render(),
        message(result),
    ]

    assert result.validation.findings.height, kind
    for text in shown:
        assert CANARY.lower() not in text.lower()
        assert "x.org" not in text
    agrees_with_the_contract(json.loads(shown[0]))


def test_with_values_the_canaries_are_told() -> None:
    assert CANARY in TextReport(review(with_canaries()["cells"])).render()
