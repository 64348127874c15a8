"""The report as text, as people read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from making import file_of, in_class, student, teacher

from roster_toolkit.profile import load_profile
from roster_toolkit.report.headings import heading
from roster_toolkit.report.text import TextReport
from roster_toolkit.report.verdict import verdict
from roster_toolkit.report.words import Words
from roster_toolkit.reviewing.review import Review, review
from roster_toolkit.rules.examples import example_profile
from roster_toolkit.rules.registry import catalogue
from roster_toolkit.samples import sample_district
from roster_toolkit.text import lowered, printable, quoted, row_ranges

SAMPLES = Path(__file__).parent.parent / "data/samples"


def text(data: bytes, **options: object) -> str:
    return TextReport(review(data), **options).render()  # type: ignore[arg-type]


def headings(result: Review) -> list[str]:
    words = Words(result.profile)
    return [heading(cause, result, words) for cause in result.causes]


# --- the verdict -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (file_of([student()]), "The portal would accept the only row; there is nothing to fix."),
        (
            file_of([student(), student("S2", userGrade="x"), student("S3")]),
            (
                "The portal would accept 2 of 3 rows and reject 1. Fix this problem and every row "
                "will be accepted."
            ),
        ),
        (
            file_of([student(userGrade="x"), student("S2", userGrade="")]),
            (
                "The portal would reject all 2 rows. Fix these 2 problems and every row will be "
                "accepted."
            ),
        ),
        (
            file_of([student(userFirstName=" Ana"), student("S2")]),
            "The portal would accept all 2 rows, but one thing is probably not what you meant.",
        ),
        (
            file_of([student(), student("S2")]).replace(b"action", b"Action"),
            (
                "The portal would reject the whole file, all 2 rows. Fix this problem and every "
                "row will be accepted."
            ),
        ),
        (
            file_of([student(), student("S2", userGrade="x")]).replace(b"action", b"Action"),
            (
                "The portal would reject the whole file, all 2 rows. Fix this problem and 1 row "
                "will be accepted; 1 row will still be rejected for 1 more problem."
            ),
        ),
        (
            b"",
            "The portal would reject the whole file: nobody is in the file; it is an empty file.",
        ),
    ],
)
def test_the_verdict_is_one_sentence(data: bytes, expected: str) -> None:
    assert verdict(review(data)) == expected


def test_where_one_error_rejects_the_file_the_verdict_says_so(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('extends = "batch-upload"\nname = "own"\non_error = "file"\n')

    wording = verdict(review(file_of([student(), student("S2", userGrade="x")]), profile=own))

    assert wording == (
        "The portal would reject all 2 rows, because 1 of them has errors. "
        "Fix this problem and every row will be accepted."
    )


# --- causes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([student(f"S{i}", userEmail=f"s{i}") for i in range(30)],
         "userEmail throughout: not a valid email address"),
        ([student(f"S{i}", userEmail=f"s{i}" if i < 20 else f"s{i}@x.org") for i in range(30)],
         "20 different invalid email addresses in userEmail"),
        ([student(f"S{i}", userGrade=f"Grade {i % 3 + 1}") for i in range(9)],
         "userGrade has values that are not allowed throughout: Grade 1, Grade 2, Grade 3"),
        ([student(f"S{i}", userLastName="") for i in range(9)],
         "userLastName is blank in every row"),
        ([student(), student("S2", userGrade="KG"), student("S3")],
         "“KG” is not allowed in userGrade"),
        ([student(), student("S1", userLastName="Li"), student("S1")],
         "userId “S1”: other rows of the same person have a different userLastName"),
        ([student(), student("S2", userEmail="s1@school.org")],
         "More than one person has the address “s1@school.org”"),
        ([in_class(teacher(), className="A"), in_class(teacher("T2"), className="B")],
         "classId “C1”: other rows of the same class have a different className"),
    ],
)  # fmt: skip
def test_a_cause_reads_as_a_person_would_say_it(rows: list[dict[str, str]], expected: str) -> None:
    assert headings(review(file_of(rows)))[0] == expected


def test_a_renamed_header_is_named_with_what_it_should_be() -> None:
    data = (
        file_of([student()]).replace(b"userEmail", b"userEmial").replace(b"schoolId", b"schoolID")
    )

    assert headings(review(data)) == [
        "The column name “userEmial” should probably be userEmail",
        "The column name “schoolID” should be schoolId",
    ]


def test_every_rule_of_the_catalogue_makes_a_heading_without_open_places() -> None:
    for rule in catalogue().values():
        profile = example_profile(rule.shown_with)
        for key in [None, *profile.columns]:
            for values in (True, False):
                words = Words(profile, values)
                wording = words.message(rule, key, "v", "w") + words.how_to_fix(rule, key)
                assert "{" not in wording


# --- the screen --------------------------------------------------------------------------------


def screens() -> list[bytes]:
    profile = load_profile()
    mixed = sample_district(2000, seed=9, fault_rate=0.2, profile=profile).csv
    return [
        mixed,
        mixed.replace(b"userEmail", b"userEmial").replace(b"classGrade,", b"userGrade,Room,", 1),
        mixed.split(b"\n", 1)[1],
        (SAMPLES / "hard-mixture.csv").read_bytes(),
    ]


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("data", screens(), ids=["many causes", "headers", "no header", "hard"])
def test_the_report_fits_a_screen(data: bytes, width: int) -> None:
    lines = text(data, width=width).splitlines()

    screen = sum(-(-max(len(line), 1) // width) for line in lines)
    assert screen <= (47 if width == 80 else 42)
    too_wide = [
        line for line in lines if len(line) > width and "," not in line and "check" not in line
    ]
    assert too_wide == []


def test_causes_that_do_not_fit_are_counted() -> None:
    result = review(sample_district(2000, seed=9, fault_rate=0.2, profile=load_profile()).csv)

    actual = TextReport(result).render()

    shown = [int(number) for number in re.findall(r"(?m)^ +(\d+)  (?:error|warning|info)", actual)]
    assert shown == list(range(1, len(shown) + 1))
    assert f"… and {len(result.causes) - len(shown):,} more problems" in actual


def test_carets_stand_under_the_faulty_headers_alone() -> None:
    data = file_of([student()]).replace(b"schoolId", b"SchoolId").replace(b"userRole", b"Role")

    lines = text(data, width=100).splitlines()

    at = next(i for i, line in enumerate(lines) if "SchoolId" in line)
    marked = {
        lines[at][place]
        for place, mark in enumerate(lines[at + 1])
        if mark == "^" and place < len(lines[at])
    }
    assert lines[at + 1].split() == ["^^^^^^^^", "^^^^"]
    assert marked == set("SchoolIdRole")


def test_the_corrected_header_line_makes_the_header_right() -> None:
    data = file_of([student()]).replace(b"schoolId", b"SchoolId").replace(b"userRole", b"Role")

    wording = text(data).splitlines()

    corrected = wording[next(i for i, line in enumerate(wording) if "to copy" in line) + 1].strip()
    mended = corrected.encode() + b"\n" + data.split(b"\n", 1)[1]
    assert review(mended).verdict == "clean"


def test_names_to_look_at_are_shown_after_a_guess_at_the_encoding() -> None:
    data = file_of([student(userFirstName="Zoë")]).decode().encode("cp1252")

    assert "Zoë (row 2)" in text(data)
    assert "Zoë" not in text(data, values=False)


def test_without_a_roster_the_report_says_what_was_not_compared() -> None:
    wording = text(file_of([student()]))

    assert "unknown schools" in wording
    assert (
        "unknown schools"
        not in TextReport(review(file_of([student()]), against=file_of([student()]))).render()
    )


def test_with_a_roster_the_outcomes_stand_in_a_table() -> None:
    actual = TextReport(review(file_of([student()]), against=file_of([student("S2")]))).render()

    line = next(line for line in actual.splitlines() if line.startswith("  student"))
    assert line.split() == ["student", "1", "0", "0", "0", "0", "1"]


def test_a_report_that_does_not_balance_says_whose_fault_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Review, "by_rule", {"RT102": 7})

    assert "our own fault: findings of the rules: 7 is not 0" in text(file_of([student()]))


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    data = file_of([student(userGrade="\x1b[31mred"), student("S2", userGrade="red\u202e")])

    wording = text(data)

    assert "\x1b" not in wording
    assert "\u202e" not in wording
    assert "“·[31mred”" in wording
    assert "“red·”" in wording


def test_color_is_only_paint() -> None:
    data = file_of([student(userGrade="x"), student("S2", userFirstName=" Bo")])

    with_faults = text(data, color=True)

    assert with_faults != text(data)
    assert re.sub(r"\x1b\[[\d;]*m", "", with_faults) == text(data)


# --- small change ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([2], "2"),
        ([2, 3, 4, 47], "2-4, 47"),
        ([1, 3, 5, 7, 8], "1, 3, 5 and 2 more"),
        ([1, 3, 5, 6, 7], "1, 3, 5-7"),
    ],
)
def test_row_numbers_are_told_as_ranges(rows: list[int], expected: str) -> None:
    assert row_ranges(rows, 3) == expected


def test_a_long_value_is_cut_and_a_blank_one_named() -> None:
    assert quoted("") == "(blank)"
    assert len(printable("x" * 500)) == 60
    assert printable("x" * 500).endswith("…")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [("The row is", "the row is"), ("IDs differ", "IDs differ"), ("“KG” is", "“KG” is"),
     ("An email", "an email"), ("A class", "a class"), ("userId is", "userId is"),
     ("Excel changed", "Excel changed")],
)  # fmt: skip
def test_a_sentence_behind_a_colon_begins_small(sentence: str, expected: str) -> None:
    assert lowered(sentence) == expected
