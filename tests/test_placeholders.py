"""Placeholder addresses: blank cells of students alone, unique, the rest as it was."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest
from making import file_of, in_class, student, teacher

import roster_toolkit as rt
from roster_toolkit.ingest import read_upload
from roster_toolkit.repair.placeholders import Placeholders, fill_placeholder_addresses
from roster_toolkit.rosters.download import read_download

PROFILE = rt.load_profile()


def filled(*rows: dict[str, str], domain: str = "school.org") -> Placeholders:
    return fill_placeholder_addresses(file_of(rows), domain)


def addresses(done: Placeholders) -> list[str]:
    return done.log["after"].to_list()


# --- what is filled ------------------------------------------------------------------------------


def test_a_student_without_an_address_gets_name_and_id() -> None:
    done = filled(student("500123", userEmail=""))

    assert done.log.rows() == [(2, "userEmail", "RT101", "", "ana.lee_500123@school.org")]
    assert done.students == 1
    assert rt.review(done.data).verdict is rt.Verdict.CLEAN


def test_all_rows_of_a_student_get_the_same_address() -> None:
    rows = [in_class(student("S1", userEmail=""), name) for name in ("C1", "C2")]

    done = filled(*rows)

    assert addresses(done) == ["ana.lee_S1@school.org"] * 2
    assert done.students == 1


def test_space_alone_is_blank() -> None:
    assert addresses(filled(student("S1", userEmail=" \u200b"))) == ["ana.lee_S1@school.org"]


@pytest.mark.parametrize(
    ("first", "last", "local"),
    [
        ("Núria", "Ibáñez-Sørensen", "nuria.ibanezsorensen_S1"),
        ("Nguyễn", "Đạt", "nguyen.dat_S1"),
        ("O'Brien ", "", "obrien_S1"),
        ("李", "王", "student_S1"),
        ('=HYPERLINK("x")', "**Lee**", "hyperlinkx.lee_S1"),
    ],
)
def test_a_name_becomes_small_ascii_letters(first: str, last: str, local: str) -> None:
    done = filled(student("S1", userEmail="", userFirstName=first, userLastName=last))

    assert addresses(done) == [f"{local}@school.org"]


def test_a_long_name_leaves_room_for_the_id() -> None:
    done = filled(student("S1", userEmail="", userFirstName="A" * 90))

    (local,) = (address.partition("@")[0] for address in addresses(done))
    assert len(local) == 64
    assert local.endswith("_S1")


def test_a_role_that_can_only_mean_student_is_one() -> None:
    assert filled(student("S1", userEmail="", userRole="students")).students == 1


# --- what stays ----------------------------------------------------------------------------------


def test_staff_and_addresses_that_are_there_stay() -> None:
    rows = [teacher("T1", userEmail=""), student("S1"), student("S2", userEmail="not an address")]

    done = filled(*rows)

    assert done.data == file_of(rows)
    assert done.log.is_empty()
    assert done.left.is_empty()


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (
            [student("S1", userEmail=""), student("S1")],
            "another row of the student has an address: use that",
        ),
        ([student("", userEmail="")], "its ID or its cells must be corrected first"),
        ([student("a b", userEmail="")], "its ID or its cells must be corrected first"),
        ([student("123456789", userEmail="")], "its ID may be a social security number"),
        ([student("S" * 70, userEmail="")], "no address can be made of its ID"),
    ],
)
def test_a_student_who_gets_none_is_listed_with_the_reason(
    rows: list[dict[str, str]], why: str
) -> None:
    done = filled(*rows)

    assert done.data == file_of(rows)
    assert done.left.rows() == [(2, why)]


def test_an_id_that_only_an_address_rejects_gets_none() -> None:
    done = filled(student("S..1", userEmail=""))

    assert done.left["why"].to_list() == ["no address can be made of its ID"]


def test_a_student_whom_the_roster_knows_by_an_address_keeps_it() -> None:
    against = read_download(file_of([student("S1")]), PROFILE)
    file = file_of([student("S1", userEmail=""), student("S2", userEmail="")])

    done = fill_placeholder_addresses(file, "school.org", against=against)

    assert addresses(done) == ["ana.lee_S2@school.org"]
    assert done.left.rows() == [(2, "the roster has an address of the student: use that")]


def test_every_other_byte_stays() -> None:
    header = b"\xef\xbb\xbfuserEmail,userId,userRole,userLastName,note\r\n"
    rows = b'"","S1",Student,"Lee, ""A""",=1+1\r\n\r\n,S2,Teacher,\xc5\xbd,"a\nb"\n'

    done = fill_placeholder_addresses(header + rows, "school.org")

    assert done.data == header + rows.replace(b'"","S1"', b'leea_S1@school.org,"S1"')


def test_ragged_and_blank_rows_stay() -> None:
    file = file_of([student("S1", userEmail="")]) + b",0711,S2,,,Student,Ana,Lee\n,,,,,,,,,,,,,,,\n"

    done = fill_placeholder_addresses(file, "school.org")

    assert done.log["row"].to_list() == [2]
    assert done.data.endswith(b",0711,S2,,,Student,Ana,Lee\n,,,,,,,,,,,,,,,\n")


# --- nobody else's -------------------------------------------------------------------------------


def test_an_address_of_the_file_the_roster_or_another_district_is_not_given_again() -> None:
    taken = student("X1", userEmail="Ana.Lee_S1@school.org")
    roster = read_download(file_of([student("X2", userEmail="ana.lee_s1_2@School.org")]), PROFILE)
    against = replace(roster, addresses=pl.Series(["ana.lee_s1_3@school.org"]))
    file = file_of([taken, student("S1", userEmail="")])

    done = fill_placeholder_addresses(file, "school.org", against=against)

    assert addresses(done) == ["ana.lee_S1_4@school.org"]


def test_ids_that_differ_by_case_alone_get_different_addresses() -> None:
    done = filled(student("s1", userEmail=""), student("S1", userEmail=""))

    assert addresses(done) == ["ana.lee_s1_2@school.org", "ana.lee_S1@school.org"]


def test_the_order_of_the_rows_changes_no_address() -> None:
    rows = [student(user, userEmail="") for user in ("s1", "S1", "S2")]
    rows.append(student("S2", userEmail="", userFirstName="Anna"))

    there, back = filled(*rows), filled(*reversed(rows))

    assert sorted(addresses(there)) == sorted(addresses(back))


def test_filling_twice_is_filling_once() -> None:
    once = filled(student("S1", userEmail=""), student("S2", userEmail=""))

    again = fill_placeholder_addresses(once.data, "school.org")

    assert again.data == once.data
    assert again.students == 0


def test_a_district_without_addresses_gets_them_all_and_no_new_error() -> None:
    data = rt.sample_district(2_000, seed=3, fault_rate=0.0, profile=PROFILE).csv
    before = read_upload(data, PROFILE).cells
    emptied = file_of(
        before.with_columns(
            userEmail=pl.when(pl.col("userRole") == "Student")
            .then(pl.lit(""))
            .otherwise("userEmail")
        ).rows(named=True)
    )

    done = fill_placeholder_addresses(emptied, "riverton.example")

    after = rt.review(done.data)
    given = read_upload(done.data, PROFILE).cells.filter(pl.col("userRole") == "Student")
    assert after.rows.rejected == 0
    assert all(
        re.fullmatch(r"[a-z.]+_\w+@riverton\.example", email) for email in given["userEmail"]
    )
    assert given["userEmail"].n_unique() == given["userId"].n_unique() == done.students


# --- what cannot be done -------------------------------------------------------------------------


@pytest.mark.parametrize("domain", ["", "school", "a b.org", "x@school.org", "schüle.org", "@"])
def test_what_is_no_domain_is_a_sentence(domain: str) -> None:
    with pytest.raises(rt.UsageError, match=r"The domain is what stands behind the @"):
        filled(student("S1", userEmail=""), domain=domain)


def test_a_domain_that_the_portal_rejects_is_a_sentence() -> None:
    with pytest.raises(rt.UsageError, match=r"The portal rejects addresses of @amplify…"):
        filled(student("S1", userEmail=""), domain="Amplify.com")


def test_an_upload_of_staff_alone_has_nobody_to_fill() -> None:
    with pytest.raises(rt.UsageError, match="brings no students"):
        fill_placeholder_addresses(file_of([teacher()]), "school.org", profile="third-party")


def test_a_file_without_the_column_is_a_sentence() -> None:
    with pytest.raises(rt.UsageError, match=r"users\.csv has no column userEmail"):
        fill_placeholder_addresses(b"userId,userRole\n1,Student\n", "school.org", name="users.csv")


def test_what_is_no_table_is_a_sentence() -> None:
    with pytest.raises(rt.ToolkitError, match="nothing to fix"):
        fill_placeholder_addresses(b"\x89PNG\r\n\x1a\n", "school.org", name="a.png")
