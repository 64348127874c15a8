"""calibrate: what somebody holds of a portal goes in, proposals and a profile come out."""

from __future__ import annotations

import csv
import io
import json
import shlex
import tomllib
from collections.abc import Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from roster_toolkit.__main__ import main
from roster_toolkit.calibration.calibrate import calibrate
from roster_toolkit.calibration.counts import read_counts
from roster_toolkit.cli.pairs import apart, joined
from roster_toolkit.errors import UsageError
from roster_toolkit.profile import load_profile
from roster_toolkit.samples import sample_portal

REPOSITORY = Path(__file__).parent.parent
SCHEMA = json.loads((REPOSITORY / "docs/calibration.schema.json").read_text(encoding="utf-8"))
DAY = ("--date", "2026-11-29")
REFUSED = ("--refused", "sent.csv", "users-errors.csv")
EVERYTHING = ("--template", "template.csv", "--dictionary", "dictionary.csv", "--accepted",
              "accepted.csv", *REFUSED, "--help-page", "help.html")  # fmt: skip
PAPERS = sample_portal(120, seed=7, profile=load_profile())
OTHER = sample_portal(120, seed=9, profile=load_profile())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The papers of a made-up portal, in the folder where the command runs."""
    for name, content in PAPERS.files.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def learned(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """The exit code and the object of a run, which keeps to the contract."""
    code = main(["calibrate", *words, *DAY, "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(told)] == []
    return code, told


def is_one_sentence(code: int, captured: tuple[str, str]) -> str:
    out, err = captured
    assert (code, out) == (2, ""), err
    assert err.count("\n") == 1
    assert err.endswith((".\n", "says more.\n"))
    return err


# --- what goes in -------------------------------------------------------------------------------


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "about"),
    [
        (("--template", "template.csv"), "header"),
        (("--dictionary", "dictionary.csv"), "accepts"),
        (("--accepted", "accepted.csv"), "accepts"),
        (REFUSED, "accepts"),
        (("--help-page", "help.html"), "message"),
    ],
    ids=lambda words: words[0] if isinstance(words, tuple) else str(words),
)
def test_each_source_alone_is_enough(
    folder: Path, capsys: pytest.CaptureFixture[str], words: Sequence[str], about: str
) -> None:
    code, told = learned(capsys, *words, "--out", "ours.toml")

    assert code == 0
    assert about in {proposal["about"] for proposal in told["proposals"]}
    assert "absent" not in {proposal["after"] for proposal in told["proposals"]}
    assert all(proposal["sources"] for proposal in told["proposals"])
    assert load_profile(folder / "ours.toml").title == "Batch Upload, as learned"


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_all_of_it_explains_all_that_the_portal_did(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = learned(capsys, *EVERYTHING, "--out", "ours.toml")

    assert code == 0
    assert told["agreement"]["before"]["agree"] < 120
    assert told["agreement"]["after"] == {
        "rows": 240, "agree": 240, "too_strict": 0, "too_lenient": 0,
    }  # fmt: skip
    assert told["unexplained"] == []
    assert [proposal["number"] for proposal in told["proposals"]] == list(
        range(1, len(told["proposals"]) + 1)
    )
    assert main(["check", "accepted.csv"]) == 3
    assert main(["check", "accepted.csv", "--profile", "ours.toml"]) == 0


@pytest.mark.slow
def test_a_file_and_a_pair_can_be_given_again_and_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "again.csv").write_bytes(PAPERS.accepted)

    _, told = learned(capsys, "--accepted", "accepted.csv", "--accepted", "again.csv", *REFUSED,
                      "--refused", "sent.csv=users-errors.csv")  # fmt: skip

    assert told["agreement"]["after"]["rows"] == 480


@pytest.mark.parametrize("standard_input", [b"", PAPERS.accepted], ids=["empty", "a file"])
def test_a_dash_reads_stdin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], standard_input: bytes
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(standard_input)))

    code = main(["calibrate", "--accepted", "-"])

    captured = capsys.readouterr()
    assert code == (0 if standard_input else 2)
    assert "stdin" in captured.out + captured.err


def test_what_one_believes_already_is_carried_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "base.toml").write_text('extends = "batch-upload"\n[rules.RT108]\nenabled = false\n')
    (folder / "mine.toml").write_text('extends = "base.toml"\nname = "mine"\n')

    learned(capsys, "--accepted", "accepted.csv", "--profile", "mine.toml", "--out", "ours.toml")
    again, told = learned(capsys, "--accepted", "accepted.csv", "--profile", "ours.toml")

    ours = load_profile(folder / "ours.toml")
    assert (ours.name, ours.rules["RT108"].enabled) == ("mine", False)
    assert (again, told["proposals"]) == (0, [])


def test_a_profile_that_lies_in_no_file_is_carried_on_too() -> None:
    text = 'extends = "third-party"\nname = "avon"\n'

    found = calibrate(template=PAPERS.template, onto=text)

    assert found.toml.startswith('extends = "third-party"\nname = "avon"\n')


# --- --refused takes two ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["--refused", "sent.csv", "errors.csv"],
        ["--refused=sent.csv", "errors.csv"],
        ["--refused", "sent.csv=errors.csv"],
        ["--refused=sent.csv=errors.csv"],
    ],
)
def test_two_files_can_be_written_in_four_ways(words: list[str]) -> None:
    made = joined(["calibrate", *words, "--out", "ours.toml"], ["--refused"])

    assert made[-2:] == ["--out", "ours.toml"]
    pair = made[-3].removeprefix("--refused=")
    assert apart(pair, "--refused", "two") == ("sent.csv", "errors.csv")


def test_a_dash_is_a_file_and_not_an_option() -> None:
    (*_, pair) = joined(["--refused", "-", "errors.csv"], ["--refused"])

    assert apart(pair, "--refused", "two") == ("-", "errors.csv")


def test_a_path_may_hold_the_sign_itself(tmp_path: Path) -> None:
    names = [str(tmp_path / name) for name in ("a=b.csv", "c=d.csv")]
    for name in names:
        Path(name).touch()

    assert apart("=".join(names), "--refused", "two") == tuple(names)


@pytest.mark.parametrize("word", ["sent.csv", "=errors.csv", "sent.csv=", ""])
def test_one_file_is_not_two(word: str) -> None:
    with pytest.raises(UsageError, match="--refused takes two files: sent and answered"):
        apart(word, "--refused", "sent and answered")


# --- what comes out -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Ran:
    """A run of the command over everything."""

    code: int
    out: str
    err: str
    toml: str


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Its text and what it wrote, for all tests that look into them."""
    folder = tmp_path_factory.mktemp("ran")
    for name, content in PAPERS.files.items():
        (folder / name).write_bytes(content)
    out, err = io.StringIO(), io.StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        code = main(["calibrate", *EVERYTHING, *DAY, "--out", "ours.toml"])
    toml = (folder / "ours.toml").read_text(encoding="utf-8")
    return Ran(code, out.getvalue(), err.getvalue(), toml)


def test_people_are_told_what_should_change_why_and_what_to_do_next(ran: Ran) -> None:
    first, *_ = ran.out.splitlines()
    assert ran.code == 0
    assert "240 of 240 rows are now judged as your portal judged them" in first
    assert "  1. Column name: userRole (chosen)\n     userRole → userType\n" in ran.out
    assert "Student, Teacher, Administrator → STUDENT, TEACHER, ADMIN" in ran.out
    assert "we were too strict" in ran.out
    assert ran.out.endswith("check users.csv --profile ours.toml\n")
    assert ran.err == "Written to ours.toml.\n"
    assert all(len(line) <= 100 for line in ran.out.splitlines())


@pytest.mark.usefixtures("folder")
def test_no_cell_of_a_pupil_is_shown_or_kept(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    main(["calibrate", *EVERYTHING, "--format", "json"])
    text = ran.out + ran.toml + capsys.readouterr().out

    for row in rows(PAPERS.accepted) + rows(PAPERS.sent):
        for cell in (row["userEmail"], row["userDistrictId"], row["userStateId"], row["classId"]):
            assert not cell or cell not in text


@pytest.mark.slow
def test_a_declined_proposal_waits_and_shows_in_the_agreement(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, all_of_them = learned(capsys, *EVERYTHING)
    (number,) = [
        p["number"] for p in all_of_them["proposals"]
        if (p["about"], p["column"]) == ("accepts", "userRole")
    ]  # fmt: skip

    code, told = learned(capsys, *EVERYTHING, "--decline", str(number), "--out", "ours.toml")

    assert code == 1
    assert [p["number"] for p in told["proposals"] if not p["accepted"]] == [number]
    assert told["agreement"]["after"]["too_strict"] > 200
    assert load_profile(folder / "ours.toml").vocabularies["role"].accepts[0] == "Student"
    main(["calibrate", *EVERYTHING, "--decline", str(number)])
    text = capsys.readouterr().out
    assert "1 of them waits for your yes." in " ".join(text.split())
    assert "Accepted values: userRole (waiting)" in text
    assert f"To choose what is waiting: --accept {number}." in text
    assert "--out ours.toml" in text


def test_a_program_accepts_numbers_or_all() -> None:
    with pytest.raises(UsageError, match='numbers of proposals, or "all"'):
        calibrate(template=PAPERS.template, accept="none")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("accept", ["all", "1,2"])
def test_what_is_accepted_is_chosen(capsys: pytest.CaptureFixture[str], accept: str) -> None:
    code, told = learned(capsys, "--accepted", "accepted.csv", "--accept", accept)

    assert code == 0
    assert all(proposal["accepted"] for proposal in told["proposals"][:2])


@pytest.mark.slow
def test_what_nothing_explains_is_listed_by_the_portals_text(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header, *lines = csv.reader(io.StringIO(PAPERS.errors.decode("utf-8")))
    for place in (40, 75):
        assert not lines[place][-1]
        lines[place][-1] = "This record is on hold at the moment"
    text = io.StringIO()
    csv.writer(text).writerows([header, *lines])
    (folder / "users-errors.csv").write_text(text.getvalue(), encoding="utf-8", newline="")

    code, told = learned(capsys, *EVERYTHING, "--out", "ours.toml")

    assert code == 1
    assert told["unexplained"] == [
        {"text": "This record is on hold at the moment", "rows": 2, "example_row": 42}
    ]
    assert told["agreement"]["after"]["too_lenient"] == 2
    assert [
        where
        for where, counts in told["agreement"]["columns"].items()
        if counts["agree"] < counts["rows"]
    ] == [""]
    assert (folder / "ours.toml").is_file()
    main(["calibrate", *EVERYTHING])
    assert "“This record is on hold at the moment” on 2 rows, such as row 42" in (
        capsys.readouterr().out
    )


@pytest.mark.slow
def test_the_same_evidence_and_day_give_the_same_bytes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = []
    for day in ("2026-11-29", "2026-11-29", "2026-11-30"):
        main(["calibrate", *EVERYTHING, "--date", day, "--format", "json", "--out", "ours.toml"])
        made.append((capsys.readouterr().out, (folder / "ours.toml").read_text(encoding="utf-8")))
    first, again, later = made

    assert again == first
    assert later[0] == first[0]
    assert later[1] == first[1].replace("2026-11-29", "2026-11-30") != first[1]
    assert tomllib.loads(first[1])["record"]["last"] == "2026-11-29"


# --- what the portal counted --------------------------------------------------------------------

COUNTED = {
    "report.csv": "Records,Created,Updated,No changes,Errors\n"
    'Schools,0,0,2,0\nClasses,1,0,"1,200",3\n',
    "report.html": "<h1>Done</h1><table><tr><th></th><th>Schools</th><th>Classes</th></tr>"
    "<tr><td>Created</td><td>0</td><td>1</td></tr><tr><td>Updated</td><td>0</td><td>0</td></tr>"
    "<tr><td>Unchanged</td><td>2</td><td>1,200</td></tr>"
    "<tr><td>Errors</td><td>0</td><td>3</td></tr></table>",
    "report.txt": "school=0/0/2/0\nclass=1/0/1200/3\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*COUNTED, ""])
def test_counts_are_read_in_whatever_shape_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for each, text in COUNTED.items():
        Path(each).write_text(text, encoding="utf-8")

    _, found = read_counts(name or "school=0/0/2/0, class=1/0/1200/3")

    assert {f"{kind} {outcome}": count for (kind, outcome), count in found.items()} == {
        "school created": 0, "school updated": 0, "school no changes": 2, "school errors": 0,
        "class created": 1, "class updated": 0, "class no changes": 1200, "class errors": 3,
    }  # fmt: skip


@pytest.mark.slow
def test_counts_stand_beside_what_was_foreseen(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "download.csv").write_bytes(PAPERS.accepted)
    learn = ("--accepted", "accepted.csv", "--against", "download.csv", "--counts", "accepted.csv")

    students = len({row["userId"] for row in rows(PAPERS.accepted) if row["userGrade"]})

    right, told = learned(capsys, *learn, f"student=0/0/{students}/0")
    wrong, _ = learned(capsys, *learn, f"student=1/0/{students - 1}/0")

    assert (right, wrong) == (0, 1)
    assert told["counts"][0]["foreseen"] == {
        "student": {"created": 0, "updated": 0, "no_changes": students, "errors": 0}
    }
    main(["calibrate", *learn, f"student=1/0/{students - 1}/0"])
    assert "2 of 4 numbers differ" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_without_a_roster_it_is_said_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = learned(
        capsys, "--accepted", "accepted.csv", "--counts", "accepted.csv", "school=0/0/2/0"
    )

    assert code == 0
    assert told["counts"][0]["foreseen"] is None
    assert "no roster was given" in told["counts"][0]["missing"]


# --- what cannot be used ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing to learn from"),
        (("--accepted", "nowhere.csv"), "There is no file nowhere.csv"),
        (("--accepted", "note.txt"), "note.txt is no table"),
        (("--accepted", "picture.csv"), "picture.csv"),
        (("--template", "note.txt"), "note.txt has no header line"),
        (("--dictionary", "nameless.csv"), "nameless.csv"),
        (("--help-page", "empty.html"), "empty.html"),
        (("--refused", "sent.csv", "other-errors.csv"), "is not the report of sent.csv"),
        (("--refused", "sent.csv", "note.txt"), "note.txt"),
        (("--refused", "sent.csv"), "--refused takes two files"),
        (("--counts", "accepted.csv", "note.txt"), "note.txt holds no counts"),
        (("--counts", "accepted.csv"), "--counts takes two files"),
        (("--accepted", "accepted.csv", "--date", "tomorrow"), "write it as 2026-11-30"),
        (("--accepted", "accepted.csv", "--accept", "first"), "--accept takes numbers"),
        (("--accepted", "accepted.csv", "--decline", "all"), "--decline takes numbers"),
        (("--accepted", "accepted.csv", "--decline", "99"), "There is no proposal 99"),
        (("--accepted", "accepted.csv", "--accept", "1", "--decline", "1"), "Proposal 1 is both"),
        (("--accepted", "accepted.csv", "--profile", "theirs"), "There is no profile 'theirs'"),
        (("--accepted", "accepted.csv", "more.csv"), "more.csv"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_what_cannot_be_used_is_one_sentence_and_nothing_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str], words: Sequence[str], said: str
) -> None:
    (folder / "note.txt").write_text("Dear all, the upload went well.\n")
    (folder / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (folder / "nameless.csv").write_text("Price,Weight\n12,3\n15,4\n")
    (folder / "empty.html").write_text("<html><body></body></html>")
    (folder / "other-errors.csv").write_bytes(OTHER.errors)

    code = main(["calibrate", *words, "--out", "ours.toml"])

    assert said in is_one_sentence(code, capsys.readouterr())
    assert not (folder / "ours.toml").exists()


@pytest.mark.parametrize("name", sorted(PAPERS.files))
def test_no_file_that_is_learned_from_is_written_over(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    code = main(["calibrate", *EVERYTHING, "--out", f"./{name}"])

    assert "choose another name" in is_one_sentence(code, capsys.readouterr())
    assert (folder / name).read_bytes() == PAPERS.files[name]


def test_a_profile_that_cannot_be_written_leaves_the_old_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["calibrate", "--accepted", "accepted.csv", "--out", "no/such/folder.toml"])

    assert "there is no folder" in is_one_sentence(code, capsys.readouterr())
    assert sorted(path.name for path in folder.iterdir()) == sorted(PAPERS.files)


# --- the made-up portal -------------------------------------------------------------------------


@pytest.mark.slow
def test_whoever_holds_nothing_can_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["sample", "my demo", "--portal", "3", "--rows", "90"]) == 0
    command = shlex.split(capsys.readouterr().out.split("roster_toolkit ")[1])

    assert main(command) == 0
    assert "180 of 180 rows are now judged as your portal judged them" in capsys.readouterr().out
    assert main(["check", "my demo/accepted.csv", "--profile", "ours.toml"]) == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_made_up_portal_is_learned_whole(seed: int) -> None:
    papers = sample_portal(100, seed=seed, profile=load_profile())
    found = calibrate(
        template=papers.template,
        dictionary=("dictionary.csv", papers.dictionary),
        accepted=[papers.accepted],
        refused=[(papers.sent, papers.errors)],
        help_page=("help.html", papers.help_page),
    )

    assert found.agreement.after.agree == found.agreement.after.rows == 200
    assert found.explained


def test_a_number_is_the_same_portal_for_ever() -> None:
    assert sample_portal(120, seed=7, profile=load_profile()) == PAPERS
    assert OTHER.files.keys() == PAPERS.files.keys()
    assert all(OTHER.files[name] != PAPERS.files[name] for name in ("sent.csv", "accepted.csv"))


def test_a_made_up_portal_answers_some_rows_of_each_kind() -> None:
    texts = [row["Errors"] for row in rows(PAPERS.errors)]

    assert len(set(texts) - {""}) == 6
    assert texts.count("") > 90
    assert [{k: v for k, v in row.items() if k != "Errors"} for row in rows(PAPERS.errors)] == (
        rows(PAPERS.sent)
    )


def test_scores_go_with_planted_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["sample", str(tmp_path / "demo"), "--portal", "3", "--score"])

    assert "--score" in is_one_sentence(code, capsys.readouterr())
    assert not (tmp_path / "demo").exists()
