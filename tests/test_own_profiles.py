"""A district's own profile: kept in the store, numbered, taken back, and who goes before whom."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from making import file_of, student, teacher
from test_store_trouble import PRELUDE

import roster_toolkit as rt
from roster_toolkit.__main__ import main
from roster_toolkit.report.message import message
from roster_toolkit.report.text import TextReport

#: A profile in which the grade is called otherwise, and one in which a last name may be blank.
GRADE = (
    'extends = "batch-upload"\nname = "avon"\nversion = "7"\n[columns.userGrade]\nname = "grade"\n'
)
NAMELESS = (
    'extends = "batch-upload"\nname = "brook"\n[columns.userLastName]\nrequirement = "optional"\n'
)
#: A text that a later toolkit took, and this one does not know.
LATER = 'extends = "batch-upload"\n[columns.userGrade]\nzzz_future = "2027"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Avon and Brook of the portal, Clover of Clever; none has a profile of its own."""
    folder = tmp_path_factory.mktemp("made")
    store = rt.Store(folder / "roster.duckdb")
    rows = {"Avon": student(), "Brook": student("B1"), "Clover": teacher("T1")}
    for name, row in rows.items():
        download = folder / f"{name}.csv"
        download.write_bytes(file_of([row]))
        rt.import_data(
            download, store, name, district_source="clever" if name == "Clover" else None
        )
    return store.path


@pytest.fixture
def store(made: Path, tmp_path: Path) -> rt.Store:
    return rt.Store(shutil.copy(made, tmp_path / "roster.duckdb"), patience=0.2)


@pytest.fixture
def avon(store: rt.Store) -> rt.StoredDistrict:
    return store["Avon"]


def put_by_a_later_toolkit(store: rt.Store, text: str = LATER, number: int = 1) -> None:
    """Avon's own profile as a toolkit stored it that knows more than this one."""
    with duckdb.connect(store.path) as con:
        con.execute(
            "INSERT INTO profiles VALUES (1, ?, ?, '', 'abc', TIMESTAMP '2027-01-01', false)",
            [number, text],
        )


def chosen(profile: rt.Profile) -> tuple[str, str]:
    return profile.name, profile.choice.by.value


# --- versions ------------------------------------------------------------------------------------


def test_a_profile_that_is_set_is_the_districts_from_then_on(avon: rt.StoredDistrict) -> None:
    assert avon.own_profile is None
    assert avon.profile_text() is None

    version = avon.set_profile(GRADE, "from the template")

    assert (version.number, version.note, version.taken_back) == (1, "from the template", False)
    assert avon.profile_versions == (version,)
    assert avon.profile_text() == GRADE
    assert avon.own_profile == avon.profile
    assert avon.profile.columns["userGrade"].name == "grade"
    assert avon.store.district("Avon").own_profile == 1


def test_each_profile_that_is_set_is_a_version_and_undo_goes_back_to_none(
    avon: rt.StoredDistrict,
) -> None:
    avon.set_profile(GRADE)
    avon.set_profile(NAMELESS)

    assert (avon.profile.name, avon.undo_profile()) == ("brook", 1)
    assert (avon.profile.name, avon.undo_profile()) == ("avon", None)

    assert chosen(avon.profile) == ("batch-upload", "source")
    assert [each.taken_back for each in avon.profile_versions] == [True, True]
    with pytest.raises(rt.ToolkitError, match="'Avon' has no profile of its own to undo"):
        avon.undo_profile()


def test_a_number_that_was_taken_back_is_never_given_again(avon: rt.StoredDistrict) -> None:
    avon.set_profile(GRADE)
    avon.set_profile(NAMELESS)
    avon.undo_profile()

    assert avon.set_profile(NAMELESS).number == 3
    assert avon.undo_profile() == 1
    assert avon.profile_text(2) == NAMELESS


def test_the_text_that_holds_already_makes_no_version(avon: rt.StoredDistrict) -> None:
    first = avon.set_profile(GRADE, "first")

    assert avon.set_profile(GRADE, "again") == first
    assert avon.profile_versions == (first,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "The profile for Avon is not valid TOML"),
        (
            'extends = "theirs.toml"',
            "extends one of batch-upload, demographics, third-party by its name",
        ),
        (GRADE + "[rules.RT399]\nenabled = false\n", "rules.RT399 is not in the catalogue"),
    ],
)
def test_a_text_that_is_no_profile_is_told_so_and_nothing_is_changed(
    avon: rt.StoredDistrict, text: str, words: str
) -> None:
    before = avon.store.path.read_bytes()

    with pytest.raises(rt.ProfileError, match=words):
        avon.set_profile(text)

    assert avon.store.path.read_bytes() == before


def test_a_district_or_store_that_is_not_there_gets_no_profile(
    store: rt.Store, tmp_path: Path
) -> None:
    with pytest.raises(rt.ToolkitError, match="no district 'Devon'; it has 'Avon'"):
        store.set_profile("Devon", GRADE)
    with pytest.raises(rt.ToolkitError, match="There is no store"):
        rt.Store(tmp_path / "none.duckdb").set_profile("Avon", GRADE)

    assert not (tmp_path / "none.duckdb").exists()


def test_forgetting_a_district_forgets_its_profiles_and_keeps_those_of_others(
    store: rt.Store,
) -> None:
    remark = "# a remark that must not stay\n"
    store.set_profile("Avon", GRADE + remark)
    store.undo_profile("Avon")
    store.set_profile("Brook", NAMELESS)

    store.forget("Avon")

    assert remark.strip().encode() not in store.path.read_bytes()
    assert store.profile_text("Brook") == NAMELESS


def test_forgetting_snapshots_keeps_the_profile(avon: rt.StoredDistrict) -> None:
    avon.set_profile(GRADE)

    avon.forget(before=1)

    assert avon.profile_text() == GRADE


# --- precedence ----------------------------------------------------------------------------------


def test_named_goes_before_own_and_own_before_the_source(store: rt.Store) -> None:
    assert chosen(store.profile_of("Clover")) == ("third-party", "source")

    store.set_profile("Clover", 'extends = "third-party"\nname = "clover"')

    assert chosen(store.profile_of("Clover")) == ("clover", "district")
    assert chosen(store.profile_of("Clover", "batch-upload")) == ("batch-upload", "command")
    assert chosen(store.profile_of("Avon")) == ("batch-upload", "source")
    assert chosen(store.profile_of("New", source="clever")) == ("third-party", "source")


def test_two_districts_of_a_store_are_judged_each_by_its_own_profile(store: rt.Store) -> None:
    store.set_profile("Avon", GRADE)
    store.set_profile("Brook", NAMELESS)
    grade = file_of([student()]).replace(b"userGrade", b"grade")
    nameless = file_of([student("B1", userLastName="")])

    assert rt.review(grade, against=store["Avon"]).verdict.value == "clean"
    assert rt.review(grade, against=store["Brook"]).verdict.value == "rejected"
    assert rt.review(nameless, against=store["Brook"]).rows.accepted == 1
    assert rt.review(nameless, against=store["Avon"]).verdict.value == "rejected"


def test_a_snapshot_of_a_district_brings_its_profile_too(store: rt.Store) -> None:
    store.set_profile("Avon", GRADE)

    for against in (store["Avon"].against(1), store.against("Avon")):
        assert chosen(rt.review(file_of([student()]), against=against).profile)[1] == "district"


def test_json_and_text_say_who_chose_the_profile(store: rt.Store) -> None:
    store.set_profile("Avon", GRADE)
    grade = file_of([student()]).replace(b"userGrade", b"grade")

    by_district = rt.review(grade, against=store["Avon"])
    by_source = rt.review(file_of([student()]), against=store["Brook"])
    named = rt.review(file_of([student()]), against=store["Avon"], profile="batch-upload")
    alone = rt.review(file_of([student()]))

    assert json.loads(by_district.json())["profile"] == {
        "name": "avon", "version": "7", "sha256": by_district.profile.sha256, "from": "district",
    }  # fmt: skip
    assert [json.loads(each.json())["profile"]["from"] for each in (by_source, named, alone)] == [
        "source", "command", "default",
    ]  # fmt: skip
    assert "profile avon 7 (Avon's own, version 1)." in TextReport(by_district).render()
    assert "profile batch-upload" in TextReport(by_source).render()
    assert "own, version" not in TextReport(by_source).render()
    assert "Checked against: avon 7 (Avon's own, version 1)" in message(by_district, long=True)


def test_a_corrected_copy_is_judged_by_whom_the_file_was(store: rt.Store) -> None:
    store.set_profile("Brook", NAMELESS)
    review = rt.review(file_of([student("B1", userGrade="grade 3")]), against=store["Brook"])

    assert chosen(review.repair().review.profile) == ("brook", "district")


def test_process_and_import_take_the_districts_own(store: rt.Store, tmp_path: Path) -> None:
    store.set_profile("Avon", GRADE)
    rows = [student(), student("S2")]
    file = tmp_path / "users.csv"
    file.write_bytes(file_of(rows).replace(b"userGrade", b"grade"))

    done = rt.process(file, store, "Avon")
    again = rt.import_data(file, store, "Avon", label="the same")

    assert (done.snapshot, chosen(done.review.profile)) == (2, ("avon", "district"))
    assert store.snapshots("Avon")[-1].profile == "avon"
    assert again.snapshot is None
    assert b",grade," in store["Avon"].export().splitlines()[0]


# --- a profile that this toolkit cannot read -----------------------------------------------------


def test_a_profile_of_a_later_toolkit_is_a_sentence_and_locks_nobody_out(
    store: rt.Store, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    put_by_a_later_toolkit(store)
    file = tmp_path / "users.csv"
    file.write_bytes(file_of([student()]))
    at = ["--store", str(store.path), "--district", "Avon"]

    assert main(["check", str(file), *at]) == 2
    assert capsys.readouterr().err == (
        "Avon's own profile, version 1: columns.userGrade.zzz_future is not a known key. Name "
        "another profile to judge by, or take this one back: snapshot profile --district Avon "
        "--undo.\n"
    )
    assert main(["snapshot", "profile", *at]) == 2
    assert main(["check", str(file), *at, "--profile", "batch-upload"]) == 0
    assert main(["snapshot", "show", *at, "--profile", "batch-upload"]) == 0
    assert main(["snapshot", "list", "--store", str(store.path)]) == 0
    assert main(["snapshot", "profile", *at, "--list"]) == 0
    capsys.readouterr()
    assert main(["snapshot", "profile", *at, "--show"]) == 0
    assert capsys.readouterr().out == LATER
    assert main(["snapshot", "profile", *at, "--undo"]) == 0
    assert main(["check", str(file), *at]) == 0


def test_an_undo_back_to_an_unreadable_version_still_says_what_was_done(
    store: rt.Store, capsys: pytest.CaptureFixture[str]
) -> None:
    put_by_a_later_toolkit(store)
    store.set_profile("Avon", GRADE)

    assert main(["snapshot", "profile", "--store", str(store.path), "--district", "Avon",
                 "--undo"]) == 0  # fmt: skip

    told = "Undone: version 2. Version 1 of Avon's own profile is in use again.\n"
    assert capsys.readouterr().out == told


def test_a_profile_cannot_say_itself_who_chose_it(store: rt.Store) -> None:
    version = store.set_profile("Avon", 'choice = { by = "source" }\n' + GRADE)

    assert store.profile_of("Avon").choice.number == version.number


# --- the command line ----------------------------------------------------------------------------


def asked(
    store: rt.Store, capsys: pytest.CaptureFixture[str], *words: str, district: str = "Avon"
) -> tuple[int, str]:
    at = ["--store", str(store.path), "--district", district]
    code = main(["snapshot", "profile", *at, *words])
    told = capsys.readouterr()
    return code, told.out + told.err


def as_json(store: rt.Store, capsys: pytest.CaptureFixture[str], *words: str) -> Any:  # noqa: ANN401
    return json.loads(asked(store, capsys, *words, "--format", "json")[1])


def test_the_command_shows_sets_lists_and_takes_back(
    store: rt.Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = tmp_path / "ours.toml"
    ours.write_text(GRADE, encoding="utf-8")
    none = "Avon has no profile of its own; its files are checked by batch-upload"

    assert none in asked(store, capsys)[1]
    assert asked(store, capsys, "--set", str(ours), "--note", "template")[1].startswith(
        "Set: version 1.\nThe files of Avon are checked by avon 7, its own: version 1 of 20"
    )
    assert (
        "Nothing to change: ours.toml is in use already."
        in asked(store, capsys, "--set", str(ours))[1]
    )
    assert asked(store, capsys)[1].rstrip().endswith(", template.")
    assert asked(store, capsys, "--show")[1] == GRADE
    assert asked(store, capsys, "--list")[1].splitlines()[1].endswith("  in use, template")
    assert asked(store, capsys, "--undo") == (
        0, "Undone: version 1. Avon has no profile of its own now.\n",
    )  # fmt: skip
    assert none in asked(store, capsys)[1]
    code, told = asked(store, capsys, "--show")
    assert code == 2
    assert "no profile of its own to show" in told
    assert asked(store, capsys, "--undo")[0] == 2


def test_the_command_tells_the_same_as_json(
    store: rt.Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert as_json(store, capsys)["own"] is None
    version = store.set_profile("Avon", GRADE)

    told = as_json(store, capsys)
    listed = as_json(store, capsys, "--list")

    assert told["profile"] | {"sha256": ""} == {
        "name": "avon", "version": "7", "sha256": "", "from": "district",
    }  # fmt: skip
    assert told["own"]["number"] == 1
    assert told["own"] == listed["versions"][0]
    assert (listed["holds"], listed["versions"][0]["sha256"]) == (1, version.sha256)
    assert as_json(store, capsys, "--show") == {"district": "Avon", "number": 1, "toml": GRADE}
    assert as_json(store, capsys, "--undo") == {"district": "Avon", "taken_back": 1, "holds": None}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--set", "nowhere.toml"], "There is no profile 'nowhere.toml'"),
        (["--undo", "--list"], "choose one of them"),
        (["--note", "x"], "--note goes with --set"),
    ],
)
def test_what_the_command_cannot_do_is_a_sentence(
    store: rt.Store, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    code, sentence = asked(store, capsys, *words)

    assert code == 2
    assert told in sentence


# --- killed half way -----------------------------------------------------------------------------

#: Sets one version after the other and says before and after each which it is.
SETTING = (
    PRELUDE
    + """
store = Store(sys.argv[1], patience=5)
first = len(store.profile_versions("Avon")) + 1
for turn in range(first, 100000):
    text = f'extends = "batch-upload"\\nname = "n{turn}"\\n' + "# " + "x" * 200_000
    print("BEGIN", turn, flush=True)
    store.set_profile("Avon", text)
    print("COMMIT", turn, flush=True)
"""
)


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_the_last_profile_whole(store: rt.Store) -> None:
    rng = random.Random(3)  # noqa: S311  (moments, not secrets)
    least = 0
    for _ in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", SETTING, str(store.path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(rng.choice((1, 3, 4)))]
            try:
                process.wait(rng.uniform(0, 0.2))
            except subprocess.TimeoutExpired:
                process.kill()
            lines += [line for line in process.stdout.readlines() if line.endswith("\n")]
        assert process.returncode == -9
        least = max([least, *(int(line.split()[1]) for line in lines if "COMMIT" in line)])

        numbers = [version.number for version in store.profile_versions("Avon")]

        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) in (least, least + 1)
        if numbers:
            assert store.profile_of("Avon").name == f"n{numbers[-1]}"
        least = len(numbers)
    assert least
