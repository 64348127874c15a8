"""The second file: demographics.csv, alone, beside users.csv and in a district."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import roster_toolkit as rt
from roster_toolkit.cli.app import app
from roster_toolkit.model import Part
from roster_toolkit.samples import Family, families, score

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
USERS = SAMPLES / "clean.csv"
CLEAN, PROBLEMS = SAMPLES / "demographics.csv", SAMPLES / "demographics-problems.csv"
#: A value of the problems that is no word of ours, and one that is in a column of free text.
SECRETS = (b"Unicorn", b"perhaps", b"half price", b"=1+1")
HEADER = "userId,gender,asian,white,twoOrMoreRaces,homeLanguage"
TWO_PEOPLE = (
    b"action,schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,"
    b"className,classGrade,primary_teacher\n"
    b",0711,00S1,Student,Ana,Lee,ana@school.org,3,,,,\n"
    b",0711,T1,Teacher,Bo,Lee,bo@school.org,,,,,\n"
)


def command(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.stdout


def file_of(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows, ""]).encode()


@pytest.fixture(scope="module")
def collection() -> dict[str, Family]:
    return {family.file: family for family in families() if family.beside}


def test_every_planted_fault_is_found_and_nothing_else(collection: dict[str, Family]) -> None:
    sample = collection[PROBLEMS.name].sample
    assert sample is not None

    findings = rt.review(PROBLEMS, beside=USERS).findings

    every = score(findings, sample).row(-1, named=True)
    assert (every["recall"], every["precision"]) == (1.0, 1.0)
    assert {"RT501", "RT502", "RT503"} <= set(sample.answer_key["code"])


@pytest.mark.parametrize("typed", ["123", "123.0", "123.", "00123.0"])
def test_what_a_spreadsheet_did_to_an_id_is_one_problem_and_one_fix(typed: str) -> None:
    users = TWO_PEOPLE.replace(b"00S1", b"00123")

    result = rt.review(file_of(f"{typed},Female,Yes,No,No,"), beside=users, profile="demographics")

    assert result.findings.select("code", "suggestion").rows() == [("RT501", "00123")]
    assert result.repair("RT501").review.causes == ()


def test_the_file_is_known_by_its_header_whatever_it_is_called(tmp_path: Path) -> None:
    renamed = tmp_path / "users.csv"
    renamed.write_bytes(CLEAN.read_bytes())

    assert rt.review(renamed).profile.file_name == "demographics.csv"
    assert rt.review(renamed).profile.choice.by == "header"
    assert rt.review(USERS, name="demographics.csv").profile.file_name == "users.csv"
    assert rt.review(renamed, profile="batch-upload").verdict is rt.Verdict.REJECTED


def test_in_doubt_the_name_of_the_file_tells() -> None:
    ids = b"userId\n00S1\n"

    assert rt.review(ids, name="demographics.csv").profile.name == "demographics"
    assert rt.review(ids, name="users.csv").profile.name == "batch-upload"


@pytest.mark.parametrize(
    "changed",
    [
        lambda data: data.replace(b"userId,gender", b"UserID,Gender", 1),
        lambda data: b"Demographics of Avon\n\n" + data,
        lambda data: data.replace(b",", b";"),
        lambda data: b"\n".join(line.partition(b",")[2] for line in data.splitlines()),
    ],
    ids=["letter case", "title above", "semicolons", "without IDs"],
)
def test_it_is_known_by_a_header_that_is_wrong_too(changed: Callable[[bytes], bytes]) -> None:
    review = rt.review(changed(CLEAN.read_bytes()), name="export.csv")

    assert review.profile.name == "demographics"
    assert review.verdict is rt.Verdict.REJECTED


def test_it_is_known_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "students.xlsx"
    pl.read_csv(CLEAN, infer_schema=False).write_excel(path)

    review = rt.review(path, beside=USERS)

    assert review.profile.name == "demographics"
    assert review.by_rule == {"RT001": 1}


def test_a_users_csv_that_cannot_be_read_to_its_end_tells_of_nobody() -> None:
    _, second = rt.review_together([SAMPLES / "unclosed-quote.csv", CLEAN])

    assert second.by_rule == {}
    assert {skip.code for skip in second.skipped} == {"RT501", "RT502", "RT504"}


def test_alone_it_says_what_it_cannot_know() -> None:
    code, told = command("check", CLEAN)

    assert code == 0
    assert (
        "Not checked, because there is no users.csv and no roster that tells who the students are: "
        "whether each row is about a student who is enrolled."
    ) in " ".join(told.split())


@pytest.mark.parametrize(
    ("row", "code", "suggestion"),
    [
        ("00S1,Female,Yes,No,No,English", None, None),
        ("S1,Female,Yes,No,No,English", "RT501", "00S1"),
        ("X9,Female,Yes,No,No,English", "RT501", None),
        ("T1,Female,Yes,No,No,English", "RT502", None),
        ("00S1,Female,Yes,Yes,No,English", "RT503", None),
        ("00S1,Female,Yes,No,Yes,English", "RT503", None),
        ("00S1,Female,,,Yes,English", None, None),
    ],
)
def test_each_row_is_about_a_student_of_users_csv(
    row: str, code: str | None, suggestion: str | None
) -> None:
    findings = rt.review(file_of(row), beside=TWO_PEOPLE).findings

    assert findings.select("code", "suggestion").rows() == ([(code, suggestion)] if code else [])


def test_whoever_a_wrong_row_of_users_csv_names_counts() -> None:
    wrong = TWO_PEOPLE.replace(b"ana@school.org", b"ana")

    users, second = rt.review_together([wrong, file_of("00S1,Female,Yes,No,No,English")])

    assert users.verdict is rt.Verdict.ERRORS
    assert second.verdict is rt.Verdict.CLEAN


def test_rows_of_one_student_are_a_repeat_or_a_contradiction() -> None:
    same = "00S1,Female,Yes,No,No,English"
    repeated = rt.review(file_of(same, same), beside=TWO_PEOPLE)
    differing = rt.review(file_of(same, same.replace("Female", "Male")), beside=TWO_PEOPLE)

    assert repeated.by_rule == {"RT301": 2}
    assert differing.by_rule == {"RT303": 2}
    assert repeated.repair().fixed.data == file_of(same)


def test_students_whom_the_file_leaves_out_are_counted_and_nothing_more() -> None:
    review = rt.review(file_of("X9,Female,Yes,No,No,English"), beside=TWO_PEOPLE)

    assert json.loads(review.json())["unmentioned"] == {"student": 1}
    assert rt.review(file_of("00S1,,,,,"), beside=TWO_PEOPLE).left_out == 0


def test_two_files_are_judged_together_each_finding_in_its_file(tmp_path: Path) -> None:
    code, told = command(
        "check", USERS, PROBLEMS, "--format", "json", "--out", tmp_path / "out"
    )  # fmt: skip

    both = json.loads(told)
    assert code == 1
    assert both["schema"] == "roster-reviews/1"
    assert [one["file"]["name"] for one in both["reviews"]] == [USERS.name, PROBLEMS.name]
    assert [one["verdict"] for one in both["reviews"]] == ["clean", "errors"]
    assert both["reviews"][1]["findings"]["by_rule"]["RT501"] == 2
    folders = {path.name: path for path in (tmp_path / "out").iterdir()}
    assert set(folders) == {"users", "demographics"}
    assert (folders["demographics"] / "demographics-errors.csv").exists()


def test_two_files_of_one_kind_are_no_upload() -> None:
    with pytest.raises(rt.UsageError, match=r"Two of these files are a users\.csv"):
        rt.review_together([USERS, USERS])


def test_values_stand_in_the_rows_handed_back_and_nowhere_else(tmp_path: Path) -> None:
    code, told = command("check", PROBLEMS, "--with", USERS, "--out", tmp_path, "--findings")
    shown = command("check", PROBLEMS, "--with", USERS, "--format", "json")[1]
    log = tmp_path / "log.csv"
    command("fix", PROBLEMS, "--out", tmp_path / "fixed.csv", "--log", log, "--confirm", "RT102")

    assert code == 1
    review = rt.review(PROBLEMS, beside=USERS)
    texts = [told.encode(), shown.encode(), repr(review).encode(), review.message().encode()]
    texts += [(tmp_path / name).read_bytes() for name in ("report.html", "message.md", "log.csv")]
    texts += [str(cause).encode() for cause in map(vars_of, review.causes)]
    for text in texts:
        assert not [secret for secret in SECRETS if secret in text]
    errors = (tmp_path / "demographics-errors.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(errors)))
    assert "Unicorn" in {row["gender"] for row in rows}
    assert not any("Unicorn" in row["errors"] + row["how to fix"] for row in rows)
    assert any(
        row["errors"].startswith("Error: This value is not allowed in gender.") for row in rows
    )


def test_a_notebook_goes_from_its_rules_to_its_rows_without_a_step_of_values() -> None:
    picked = rt.review(PROBLEMS, beside=USERS).select(code="RT102")

    assert not picked.narrows_by("value")
    assert picked.narrows_by("school")
    assert "Unicorn (" not in picked._repr_html_()
    assert "<summary>Unicorn" not in picked._repr_html_()


def vars_of(cause: rt.Cause) -> dict[str, object]:
    return {name: getattr(cause, name) for name in cause.__slots__}


def test_a_corrected_error_file_is_read_again(tmp_path: Path) -> None:
    review = rt.review(PROBLEMS, beside=USERS)
    errors, workbook = tmp_path / "demographics-errors.csv", tmp_path / "demographics-errors.xlsx"
    errors.write_bytes(review.errors_csv())
    workbook.write_bytes(review.errors_xlsx())

    for path in (errors, workbook):
        again = rt.review(path, beside=USERS)
        assert again.upload.is_error_file
        assert again.profile.name == "demographics"
        assert again.findings.height == review.findings.height


def test_a_district_tells_who_the_students_are(tmp_path: Path) -> None:
    store = rt.Store(tmp_path / "roster.duckdb")
    rt.import_data(USERS, store, "Avon")
    rt.import_data(USERS, store, "Clover", district_source="clever", part=Part.STAFF)

    avon = rt.review(CLEAN, against=store["Avon"])
    clover = rt.review(CLEAN, against=store["Clover"])

    assert (avon.verdict, avon.left_out) == (rt.Verdict.CLEAN, 0)
    assert clover.verdict is rt.Verdict.REJECTED
    assert clover.by_rule == {"RT504": 1}
    assert clover.told(clover.causes[0]).title == (
        "The demographics of this district come from its third-party source"
    )
    with pytest.raises(rt.UsageError, match="changes no roster"):
        rt.process(CLEAN, store, "Avon")


def test_it_can_be_masked() -> None:
    masked = rt.review(PROBLEMS, beside=USERS).masked(b"sixteen secret bytes")

    assert masked.called("errors.csv") == "masked-demographics-errors.csv"
    assert b"01000039" not in masked.errors_csv()


def test_template_and_dictionary_are_those_of_the_second_file() -> None:
    profile = rt.load_profile("demographics")
    template = pl.read_csv(rt.template_csv(profile), infer_schema=False)

    assert template.columns == [column.name for column in profile.columns.values()]
    assert rt.review(rt.template_csv(profile), profile=profile).by_rule == {"RT013": 1}
    assert all(row.evidence["name"] is rt.Evidence.ASSUMED for row in rt.dictionary_rows(profile))


def test_what_is_about_a_roster_takes_no_profile_of_the_second_file(tmp_path: Path) -> None:
    store = rt.Store(tmp_path / "roster.duckdb")
    rt.import_data(USERS, store, "Avon")

    for refused in (
        lambda: store["Avon"].set_profile('extends = "demographics"'),
        lambda: rt.import_data(USERS, store, "Avon", profile="demographics"),
        lambda: rt.sample_district(60, seed=1, profile=rt.load_profile("demographics")),
        lambda: rt.fill_placeholder_addresses(CLEAN, "avon.example", profile="demographics"),
    ):
        with pytest.raises(rt.UsageError, match=r"a profile of users\.csv; .* demographics\.csv"):
            refused()
    assert rt.review(CLEAN, profile="demographics", against=store["Avon"]).left_out == 0


def test_no_value_is_in_the_list_of_changes_where_a_header_is_doubtful() -> None:
    row = "S1,Male,No,Yes,No,Hmong"
    data = file_of(row).replace(b"twoOrMoreRaces", b"twoOrMoreRacez")

    repair = rt.review(data).edit(2, "twoOrMoreRacez", "Zonk").repair()

    assert repair.fixed.log.filter(after="Zonk").height == 1
    assert b"Zonk" not in repair.log_csv()
    assert "Zonk" not in str(repair.log.rows())
    assert b"Zonk" in repair.fixed.data


ONEROSTER = (
    b"sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,"
    b"blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,"
    b"demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity\n"
    b"s1,active,2026-01-01,2015-01-01,female,false,true,false,false,false,false,false\n"
)


def test_another_systems_file_of_the_same_name_is_told_for_what_it_is() -> None:
    review = rt.review(ONEROSTER, name="demographics.csv")

    assert [cause.code for cause in review.causes] == ["RT011"]


def test_a_file_is_compared_with_an_earlier_one_of_its_kind_alone() -> None:
    with pytest.raises(rt.UsageError, match=r"A demographics\.csv is compared with an earlier one"):
        rt.compare_attempts(rt.review(USERS), rt.review(CLEAN))


@pytest.mark.parametrize("paper", ["accepted", "template"])
@pytest.mark.parametrize("profile", [None, "third-party"])
def test_a_portal_is_not_learned_for_one_file_from_the_other(
    paper: str, profile: str | None
) -> None:
    given = {"accepted": [CLEAN]} if paper == "accepted" else {paper: CLEAN}

    with pytest.raises(rt.ToolkitError, match=r"is a demographics\.csv.* by the profile demograp"):
        rt.calibrate(**given, profile=profile)  # type: ignore[arg-type]

    assert rt.calibrate(**given, profile="demographics")  # type: ignore[arg-type]


def test_rows_with_a_cell_more_are_no_names_that_fell_apart() -> None:
    review = rt.review(b"userId,gender,hispanic or not\nS1,Male,No,x\nS2,Female,No,y\n")

    assert {"RT004", "RT008"} <= review.by_rule.keys()
    assert review.message()


def test_a_repaired_copy_is_judged_as_the_file_that_it_was() -> None:
    users = rt.review(b"sep=;\nschoolId;userId,\n1;2,\n")

    repaired = users.repair()

    assert [users.profile.file_name, repaired.review.profile.file_name] == ["users.csv"] * 2


@pytest.mark.parametrize("user", ["00S1", ""])
def test_where_the_source_tells_demographics_no_fix_is_promised(user: str) -> None:
    roster = rt.review(TWO_PEOPLE, profile="third-party")

    review = rt.review(file_of(f"{user},Male,No,Yes,No,Hmong"), beside=roster)

    assert "RT504" in review.by_rule
    assert "every row will be accepted" not in review.sentence
    assert "change the demographics in the source" in review.sentence


def test_a_row_whose_cells_are_shifted_is_told_as_one_fault() -> None:
    review = rt.review(file_of("S1,Male,No,Yes,No,Hmong", "S2,Yes,No,Yes,Hmong,"))

    assert review.faults == ()
    assert review.by_rule["RT208"] == 1


def test_rows_that_differ_in_a_cell_that_is_wrong_are_no_repeat() -> None:
    differ = rt.review(file_of("S1,Unicorn,No,Yes,No,Hmong", "S1,Dragon,No,Yes,No,Hmong"))
    same = rt.review(file_of(*["S1,Male,No,Yes,No,Hmong"] * 2))

    assert "RT301" not in differ.by_rule
    assert same.by_rule["RT301"] == 2


def test_a_misspelled_role_in_users_csv_leaves_the_rosters() -> None:
    misspelled = TWO_PEOPLE.replace(b"Teacher", b"Techer")

    review = rt.review(file_of("T1,Male,No,Yes,No,Hmong"), against=TWO_PEOPLE, beside=misspelled)

    assert review.by_rule["RT502"] == 1
    assert review.left_out == 1


def test_a_profile_of_ones_own_judges_users_csv_and_knows_the_second_file(tmp_path: Path) -> None:
    ours = tmp_path / "ours.toml"
    ours.write_text('extends = "batch-upload"\nname = "ours"\n[columns.userRole]\nname = "role"\n')
    users = tmp_path / "users.csv"
    users.write_bytes(TWO_PEOPLE.replace(b"userRole", b"role"))
    second = tmp_path / "demographics.csv"
    second.write_bytes(file_of("00S1,Male,No,Yes,No,Hmong", "T1,Male,No,Yes,No,Hmong"))

    one, other = rt.review_together([users, second], profile=ours)
    alone = rt.review(second, beside=users, profile=ours)

    assert (one.profile.name, other.profile.name) == ("ours", "demographics")
    assert one.profile.choice.by == "command"
    assert other.by_rule["RT502"] == alone.by_rule["RT502"] == 1


@pytest.mark.parametrize("beside", [b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"userId,userRole\n"])
def test_what_is_no_users_csv_enrolls_nobody_and_is_said(beside: bytes) -> None:
    with pytest.raises(rt.UsageError, match="tells of nobody who is enrolled"):
        rt.review(CLEAN, beside=beside)


def test_a_second_file_enrolls_nobody_for_another() -> None:
    for beside in (CLEAN, rt.review(CLEAN)):
        with pytest.raises(rt.UsageError, match="goes with a profile of users"):
            rt.review(CLEAN, beside=beside)
