"""What can be repaired, and a copy that is: from a review, with nothing written over."""

from __future__ import annotations

import io
import json
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from making import HEADER, Row, file_of, student, teacher
from test_impact_reference import case_of

from roster_toolkit import repair
from roster_toolkit.cli.app import main
from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.model import Upload
from roster_toolkit.repair.draft import first_draft
from roster_toolkit.repair.model import BARRED, REPAIRS
from roster_toolkit.repair.resolve import Judge, Resolved
from roster_toolkit.reviewing.review import review
from roster_toolkit.rosters.outcomes import Outcome
from roster_toolkit.rosters.roster import Kind
from roster_toolkit.rules.custom import rule
from roster_toolkit.validate import Validation, validate

ROWS = [
    student("S1", userGrade="grade 3"),
    student("S2", userEmail="s2@school..org"),
    student("S3", schoolId=" 0711"),
    {},
    teacher("T1"),
    teacher("T1"),
]


def test_what_can_be_repaired_is_told_by_rule_and_kind() -> None:
    result = review(file_of(ROWS))

    assert result.repairs.rows() == [
        ("RT014", "safe", 1, 1),
        ("RT102", "safe", 1, 1),
        ("RT103", "confirm", 1, 1),
        ("RT105", "safe", 1, 1),
    ]


def test_headers_and_the_form_of_a_file_are_on_offer_too() -> None:
    data = file_of([student("S1")]).replace(b"userId", b"UserID", 1).replace(b",", b";")

    assert review(data).repairs.select("code", "kind").rows() == [
        ("RT005", "safe"), ("RT007", "safe"),
    ]  # fmt: skip


def test_a_repair_gives_the_copy_its_review_and_what_came_of_it() -> None:
    result = review(file_of(ROWS))

    repair = result.repair()

    assert b"grade 3" not in repair.fixed.data
    assert repair.review.rows.rejected == 1
    assert (repair.progress.rows.cleared, repair.progress.rows.left) == (1, 1)
    assert repair.review.upload.name == result.upload.name
    assert b"grade 3" in repair.log_csv()


def test_a_repair_remembers_what_was_confirmed() -> None:
    result = review(file_of([*ROWS, student("S9", userGrade="", userId="S9")]))

    first = result.repair("RT103")
    further = first.confirm("RT102:99")

    assert first.confirmed == ("RT103",)
    assert b"s2@school.org" in first.fixed.data
    assert further.confirmed == ("RT103", "RT102:99")
    assert b"s2@school.org" in further.fixed.data


def test_a_repair_is_judged_by_the_same_roster_and_season() -> None:
    roster = file_of([student("S1"), student("S2")])

    repair = review(file_of(ROWS[:2]), against=roster, season="rollover").repair()

    assert repair.review.season == "rollover"
    assert repair.review.impact is not None
    assert repair.review.records("student", "no changes")["key"].to_list() == ["S1"]


def test_a_file_on_disk_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(data := file_of(ROWS))

    repair = review(path).repair()

    assert path.read_bytes() == data
    assert [each.name for each in tmp_path.iterdir()] == ["users.csv"]
    assert repair.fixed.data != data


def test_a_file_that_changed_meanwhile_is_not_repaired(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(file_of(ROWS))
    result = review(path)
    path.write_bytes(file_of(ROWS[:2]))

    with pytest.raises(UsageError, match="has changed since it was checked"):
        result.repair()


def test_what_cannot_be_repaired_is_a_sentence() -> None:
    with pytest.raises(ToolkitError, match="nothing to fix"):
        review(b"").repair()
    with pytest.raises(UsageError, match="no fix that could be confirmed"):
        review(file_of(ROWS)).repair("RT302")


def test_an_error_file_handed_in_again_is_repaired_to_a_users_csv() -> None:
    again = review(review(file_of(ROWS[:2])).errors_csv())

    repair = again.repair("RT103")

    assert repair.review.verdict == "clean"
    assert repair.fixed.data.splitlines()[0].endswith(b",primary_teacher")


# --- the copy is judged once ----------------------------------------------------------------------

REPAIRED_FILES = {
    "a repair of a cell": file_of(ROWS[:3]),
    "blank rows and repeats that go": file_of([{}, *ROWS, {}, student("S9", userEmail="x@@y"), {}]),
    "lines above the header": b"Riverton,,,\n" + file_of(ROWS),
    "another delimiter": file_of(ROWS).replace(b",", b";"),
    "a byte order mark": b"\xef\xbb\xbf" + file_of(ROWS),
    "a header in capitals": file_of(ROWS).replace(b"userId", b"USERID", 1),
    "the action not in front": file_of(ROWS).replace(b"action,schoolId", b"schoolId,action", 1),
    "rows of another length": file_of(ROWS) + b"A,B\n" + b"," * 30 + b"x\n",
    "a second header in another order": file_of([{}, *ROWS])
    + file_of([student("S7")]).replace(
        b"userFirstName,userLastName", b"userLastName,userFirstName"
    ),
    "nothing to repair": file_of([student("S1", userEmail="x@@y")]),
}


@pytest.mark.parametrize("data", REPAIRED_FILES.values(), ids=REPAIRED_FILES)
@pytest.mark.parametrize("against", [None, file_of([student("S1"), student("S8")])])
def test_what_is_said_of_a_copy_is_what_is_said_of_it_by_itself(
    data: bytes, against: bytes | None
) -> None:
    copy = review(data, against=against).repair()

    alone = review(copy.fixed.data, against=against)

    assert copy.review.json(findings=True) == alone.json(findings=True)
    of_copy, by_itself = copy.review.validation.records, alone.validation.records
    assert of_copy is not None
    assert by_itself is not None
    assert of_copy.rows.equals(by_itself.rows)
    for name, view in by_itself.views.items():
        assert of_copy.views[name].variants.equals(view.variants)


def test_a_copy_that_holds_what_was_drafted_is_not_judged_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = review(file_of(ROWS))
    data = result.fixed().data
    monkeypatch.setattr("roster_toolkit.reviewing.review.validate", None)

    assert result.repair().fixed.data == data


def test_a_copy_that_is_not_what_was_drafted_is_judged_by_itself() -> None:
    result = review(file_of(ROWS))
    drafted = result._drafted  # noqa: SLF001
    other = review(file_of([*ROWS[:1], student("S2", userGrade="99")]))

    assert drafted.found_in(result.repair().review.upload) is not None
    assert drafted.found_in(other.upload) is None


# --- what the roster would become ----------------------------------------------------------------


def test_the_impact_after_safe_repairs_is_that_of_the_repaired_copy() -> None:
    roster = file_of([student("S1", userGrade="2"), student("S2")])
    result = review(file_of(ROWS), against=roster)

    after = result.impact_after_repairs

    assert after is not None
    assert result.impact is not None
    assert result.impact.totals[Kind.STUDENT][Outcome.UPDATED] == 0
    assert after.totals[Kind.STUDENT][Outcome.UPDATED] == 1
    repaired = result.repair().review.impact
    assert repaired is not None
    assert after.totals == repaired.totals
    assert after.by_school == repaired.by_school


def test_a_rejected_file_that_a_safe_repair_saves_has_an_impact_after_it() -> None:
    data = file_of([student("S1")]).replace(b"userId", b"UserID", 1)
    result = review(data, against=file_of([student("S1")]))

    after = result.impact_after_repairs

    assert result.impact is None
    assert after is not None
    assert after.totals[Kind.STUDENT][Outcome.NO_CHANGES] == 1


@pytest.mark.parametrize("rows", [[student("S1")], [student("S1", schoolId=" 0711"), {}]])
def test_nothing_is_tried_where_no_safe_repair_is_about_an_error(
    rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = review(file_of(rows), against=file_of([student("S1")]))
    monkeypatch.setattr(repair, "draft_repairs", None)

    assert result.impact_after_repairs is None


def test_rules_of_ones_own_have_a_say_in_the_impact_after_repairs() -> None:
    def judge() -> pl.Expr:
        """Nobody is called Ana."""
        return pl.col("userFirstName") == "Ana"

    own = rule(
        "RT901", "ana", column="userFirstName", severity="error",
        title="Somebody is called Ana", message="{value} is Ana.", how_to_fix="Say Anna.",
    )(judge)  # fmt: skip
    rows = [ROWS[0], student("S2", userFirstName="Bo", userGrade="grade 3")]

    result = review(file_of(rows), against=file_of([student("S1")]), rules=[own])

    after = result.impact_after_repairs
    assert after is not None
    assert after.totals[Kind.STUDENT][Outcome.ERRORS] == 1
    assert after.totals[Kind.STUDENT][Outcome.CREATED] == 1


def test_without_a_roster_there_is_no_impact_after_repairs() -> None:
    assert review(file_of(ROWS)).impact_after_repairs is None


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (25, 50))]
)
def test_in_random_worlds_the_repaired_copy_agrees(seed: int) -> None:
    result = case_of(range(seed, seed + 25)).result
    repaired, after = result.repair().review.impact, result.impact_after_repairs

    assert repaired is not None
    assert result.impact is not None
    assert (after or result.impact).totals == repaired.totals


def test_check_tells_the_impact_after_safe_repairs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "users.csv").write_bytes(file_of(ROWS[:1]))
    (tmp_path / "download.csv").write_bytes(file_of([student("S1", userGrade="2")]))
    command = ["check", str(tmp_path / "users.csv"), "--against", str(tmp_path / "download.csv")]

    command += ["--out", str(tmp_path / "out")]
    main(command)
    text = capsys.readouterr().out
    main([*command, "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    written = json.loads((tmp_path / "out" / "review.json").read_bytes())

    assert "With its safe fixes, it would do this instead:" in text
    assert document["impact"]["student"]["errors"] == 1
    assert document["impact_after_repairs"]["student"]["updated"] == 1
    assert written["impact_after_repairs"] == document["impact_after_repairs"]
    assert (tmp_path / "out" / "users-fixed.csv").exists()


# --- workbooks ------------------------------------------------------------------------------------


def workbook_of(rows: list[Row]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, cells in enumerate([HEADER, *([row.get(n, "") for n in HEADER] for row in rows)]):
            sheet.write_row(at, 0, cells)
    return held.getvalue()


def test_a_workbook_becomes_a_users_csv_with_its_repairs() -> None:
    result = review(workbook_of(ROWS[:2]), name="users.xlsx")

    repair = result.repair("RT103")

    assert result.verdict == "rejected"
    assert repair.review.verdict == "clean"
    assert repair.review.upload.name == "users.csv"
    assert repair.fixed.data == file_of(
        [ROWS[0] | {"userGrade": "3"}, ROWS[1] | {"userEmail": "s2@school.org"}]
    )
    assert repair.fixed.log.row(0) == (None, None, "RT001", "an Excel workbook (.xlsx)", "text")


def test_fix_makes_a_users_csv_of_a_workbook_and_warns_of_lost_zeros(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "users.xlsx").write_bytes(workbook_of([student("S1")]))

    code = main(["fix", str(tmp_path / "users.xlsx"), "--out", str(tmp_path / "users.csv")])

    assert code == 0
    assert (tmp_path / "users.csv").read_bytes() == file_of([student("S1")])
    output = " ".join(capsys.readouterr().out.split())
    assert "IDs that it held as numbers have lost their leading zeros" in output


def test_a_workbook_without_our_headers_is_not_repaired() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ["menu", "price"])

    with pytest.raises(ToolkitError, match="nothing to fix"):
        review(held.getvalue()).repair()


def test_a_draft_that_was_judged_before_is_not_judged_again_and_has_its_records() -> None:
    result = review(file_of(ROWS))
    draft = first_draft(result.upload, result.profile).with_repairs(
        pl.DataFrame({"index": [0], "column": ["userGrade"], "code": [102], "after": ["3"],
                      "cleans": [False]}, schema=REPAIRS)
    )  # fmt: skip
    judged: list[Upload] = []

    def judge(upload: Upload) -> Validation:
        judged.append(upload)
        return validate(upload, result.profile)

    drafts = Judge(judge)
    first, again = drafts(draft), drafts(draft)
    state = drafts.whole(Resolved(draft, again, pl.DataFrame(schema=BARRED)))

    assert again.findings.equals(first.findings)
    assert judged == [draft.upload] * 2  # at the end once more, for the records
    assert first.records is not None
    assert state.validation.records is not None
    assert drafts.whole(Resolved(draft, first, state.barred)).validation is first
