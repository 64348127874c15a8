"""The page on which a file is checked, without a browser: each state that somebody can meet."""

from __future__ import annotations

import io
import re
import zipfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from making import file_of, in_class, student
from opening import open_page, picked, sound, table, text_of

import roster_toolkit as rt
from app_parts.check.names import names_of

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest
    from streamlit.testing.v1.element_tree import Selectbox

pytestmark = pytest.mark.usefixtures("app_store")

SAMPLES = Path("data/samples")
DROP = "Drop your users.csv or Excel file (.csv, .xlsx) here"


def opened() -> AppTest:
    return open_page("check")


def checked(name: str, data: bytes | None = None) -> AppTest:
    app = opened()
    content = (SAMPLES / name).read_bytes() if data is None else data
    return sound(app.file_uploader(key="file-0").upload(name, content).run())


def choice(app: AppTest, label: str) -> Selectbox:
    return next(box for box in app.selectbox if box.label == label)


def figures(app: AppTest) -> list[str]:
    """The numbers beneath the verdict, with their words."""
    listed = re.findall(r"<li>(.*?)</li>", text_of(app))
    return [re.sub(r"</?b>", "", item) for item in listed]


def codes(app: AppTest) -> list[str]:
    """What can be copied."""
    return [block.value for block in app.code]


def view(app: AppTest, name: str) -> AppTest:
    app.session_state["view"] = name
    return sound(app.run())


def test_the_empty_page_asks_for_a_file_and_offers_the_sample() -> None:
    app = opened()

    assert [title.value for title in app.title] == ["Check a file"]
    assert app.file_uploader(key="file-0").label == DROP
    assert app.button(key="sample-check").label == "Try a sample district"


def test_a_file_is_answered_by_a_sentence_four_figures_and_its_causes() -> None:
    app = checked("bad-grades.csv")
    review = rt.review(SAMPLES / "bad-grades.csv")

    assert review.sentence in text_of(app)
    problems = sum(cause.severity.rejects for cause in review.causes)
    assert figures(app) == [
        f"{review.rows.accepted} rows accepted", f"{review.rows.rejected} rows rejected",
        f"{problems} problems to fix", "0 warnings and notes",
    ]  # fmt: skip
    assert review.told(review.causes[0]).title.split("“")[0] in text_of(app)


def test_a_clean_file_has_nothing_to_correct() -> None:
    app = checked("clean.csv")

    assert "There is nothing to fix." in text_of(app)
    assert "Preview impact" in text_of(app)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(64), "picture"),
        ("users.csv", b"", "empty"),
        ("users.csv", b"schoolId,userId\n1,\xff\xfe\x00", "would reject"),
    ],
)
def test_what_is_no_table_gets_a_sentence(name: str, data: bytes, sentence: str) -> None:
    app = checked(name, data)

    assert sentence in text_of(app)


def test_a_header_at_fault_is_shown_with_the_line_to_copy() -> None:
    app = checked("misspelled-header.csv")

    marked, corrected = codes(app)
    assert "^" in marked
    assert corrected.startswith("action,schoolId,userId")


def test_showing_the_rows_of_a_cause_narrows_to_them() -> None:
    app = checked("bad-grades.csv")
    review = rt.review(SAMPLES / "bad-grades.csv")

    app.button(key="rows-1-2").click().run()

    rows = review.select(cause=[1, 2]).rows
    assert f"{rows.len()} rows" in text_of(app)
    assert app.dataframe[0].value["row"].to_list() == rows.to_list()[:100]
    assert app.query_params == {"view": "rows", "cause": "1-2"}


def test_a_choice_counts_although_the_browser_was_not_yet_told_of_the_one_before() -> None:
    app = view(checked("bad-grades.csv"), "rows")
    app.query_params.clear()

    app = view(app, "repair")

    assert "Probably right: tick to apply" in text_of(app)
    assert app.query_params == {"view": "repair"}


def test_a_class_without_a_teacher_is_named_although_no_row_is_rejected() -> None:
    app = checked("class-problems.csv")

    app.button(key="rows-1").click().run()

    findings = rt.review(SAMPLES / "class-problems.csv").select(cause=1).findings
    assert set(app.dataframe[0].value["value"]) == set(findings["value"])


def test_choices_go_from_category_to_value_and_back_to_all() -> None:
    app = view(checked("bad-grades.csv"), "rows")
    review = rt.review(SAMPLES / "bad-grades.csv")

    app.selectbox(key="category").select("userGrade").run()
    value = review.select(category="userGrade").by("value")["name"][0]
    app.selectbox(key="value").select(value).run()

    wanted = review.select(category="userGrade", value=value)
    assert f"{wanted.count} errors and warnings" in text_of(app)
    assert app.query_params == {"view": "rows", "category": "userGrade"}, "no cell in a URL"

    app.button(key="path-all").click().run()

    assert f"{review.select().rows.len()} rows" in text_of(app)


def test_a_search_finds_a_person_who_has_no_error() -> None:
    file = pl.read_csv(SAMPLES / "clean.csv", infer_schema=False)
    wanted = file["userId"][3]
    app = view(checked("clean.csv"), "rows")

    app.text_input(key="find").set_value(wanted).run()

    assert set(app.dataframe[0].value["userId"]) == {wanted}
    assert wanted not in str(app.query_params)


def test_a_search_for_nobody_says_what_to_do() -> None:
    app = view(checked("clean.csv"), "rows")

    app.text_input(key="find").set_value("nobody@nowhere").run()

    assert "No row of this file matches." in text_of(app)


def test_repairs_are_previewed_and_the_copy_is_compared_with_the_attempt_before() -> None:
    app = view(checked("stray-spaces.csv"), "repair")
    assert rt.review(SAMPLES / "stray-spaces.csv").repair().review.sentence in text_of(app)

    app.button(key="adopt").click().run()

    assert "Since your last file" in text_of(app)
    assert "users.csv, corrected from stray-spaces.csv · 160 rows" in text_of(app)


def test_where_no_repair_can_be_made_there_is_no_copy_but_a_next_step() -> None:
    app = view(checked("bad-grades.csv"), "repair")

    assert ": not changed, for the reason below" in text_of(app)
    assert "Nothing is changed so far." in text_of(app)
    assert "Tick what is right" in text_of(app)
    assert not [button for button in app.button if button.key == "adopt"]

    for code in ("RT102", "RT202"):
        app.checkbox(key=f"confirm-1-{code}").check().run()

    assert "Tick what is right" not in text_of(app)


def test_a_likely_repair_waits_for_a_yes() -> None:
    app = view(checked("bad-emails.csv"), "repair")
    before = rt.review(SAMPLES / "bad-emails.csv")
    assert "Nothing is changed so far." in text_of(app)

    app.checkbox(key="confirm-1-RT103").check().run()

    assert before.repair("RT103").review.sentence in text_of(app)


def test_the_message_for_the_customer_holds_no_cell() -> None:
    app = view(checked("bad-emails.csv"), "downloads")

    assert app.code[0].value == rt.review(SAMPLES / "bad-emails.csv").message().rstrip()


def test_another_kind_of_upload_judges_the_same_file_anew() -> None:
    app = checked("students-in-staff-upload.csv")
    assert "RT205" not in text_of(app)

    choice(app, "Upload type").select("third-party").run()

    assert rt.review(
        SAMPLES / "students-in-staff-upload.csv", profile="third-party"
    ).sentence in text_of(app)


def test_a_district_of_a_third_party_brings_its_kind_of_upload(app_store: Path) -> None:
    rt.import_data(
        SAMPLES / "staff-only.csv", rt.Store(app_store), "Avon", district_source="clever"
    )
    app = checked("staff-only.csv")

    choice(app, "Compare with").select("Avon").run()

    assert choice(app, "Upload type").value == "third-party"
    assert "compared with Avon" in text_of(app)


def test_a_download_of_current_data_gives_something_to_compare_with() -> None:
    app = checked("clean.csv")

    choice(app, "Compare with").select("A download of current data").run()
    download = (SAMPLES / "clean.csv").read_bytes()
    app.file_uploader(key="basis-download").upload("download.csv", download).run()

    assert "compared with download.csv" in text_of(app)
    assert [e.label for e in app.expander] == [
        "1 check not made: there is no list of the district's schools",
        "1 check not made: there is no previous upload to compare with",
    ]


def test_a_profile_with_a_slip_is_answered_by_a_sentence() -> None:
    app = checked("clean.csv")

    choice(app, "Upload type").select("A profile of our own (TOML)").run()
    app.file_uploader(key="basis-profile").upload("ours.toml", b"extends = 'batch'").run()

    assert "This profile cannot be used." in text_of(app)
    assert not app.exception


def test_the_sample_district_is_one_click_away_and_can_be_left() -> None:
    app = opened()

    app.button(key="sample-check").click().run()
    assert "compared with Riverton" in text_of(app)

    app.button(key="leave-sample").click().run()
    assert [u.label for u in app.file_uploader] == [DROP]


def test_nothing_of_the_file_becomes_markup() -> None:
    header = rt.template_csv(rt.load_profile("batch-upload")).decode().splitlines()[0]
    names = header.split(",")
    row = dict.fromkeys(names, "") | {
        "schoolId": "![x](http://evil.example/a.png)",
        "userId": "<img src=x>",
        "userRole": "[link](http://evil.example)",
    }
    data = f"{header}\n{','.join(row.values())}\n".encode()
    app = view(checked("users.csv", data), "rows")

    marked_up = [element.value for element in (*app.markdown, *app.caption)]
    marked_up += [button.label for button in app.button]
    assert not any("evil" in text for text in marked_up)
    assert "<img" not in text_of(app)


TITLED = b"Export of August\r\n"


def test_a_title_above_the_header_is_one_problem_and_the_log_says_where() -> None:
    app = checked("users.csv", TITLED + (SAMPLES / "clean.csv").read_bytes())

    assert "users.csv · 120 rows" in text_of(app), "as soon as it is judged"
    assert "The header is in row 2" in text_of(app)
    assert "1 problem to fix" in figures(app)

    app = view(app, "repair")

    log = next(table for table in app.dataframe if table.proto.alt.startswith("Every change"))
    assert log.value.to_dict("records") == [
        {"row": "whole file", "column": "", "code": "RT016", "before": "1 line above the header",
         "after": ""}
    ]  # fmt: skip


def test_a_file_without_a_header_line_is_not_said_to_be_judged() -> None:
    rows = (SAMPLES / "clean.csv").read_bytes().split(b"\n", 1)[1]

    app = checked("users.csv", rows)

    (corrected,) = codes(app)
    assert corrected.startswith("action,schoolId,userId")
    assert "its rows could not be checked" in text_of(app)
    assert not [c for c in app.caption if "are checked only" in c.value]


RENAMED = (
    b"action,schoolId,Student Number,userRole,First_Name,userLastName,userEmail,userGrade,classId,"
    b"className,classGrade,primary_teacher\n,0711,S1,Student,Ana,Lee,ana@school.org,3,,,,\n"
)


def test_rows_under_a_header_that_is_only_likely_are_not_said_to_be_checked() -> None:
    app = checked("users.csv", RENAMED)

    assert "userId could not be checked" in text_of(app)
    assert "The rows are checked only under the column names whose meaning is certain." in [
        caption.value for caption in app.caption
    ]


def test_a_likely_repair_of_the_header_shows_which_columns_it_renames() -> None:
    app = view(checked("users.csv", RENAMED), "repair")

    assert "“Student Number” → “userId”" in text_of(app)


def test_a_column_that_could_go_is_said_to_go() -> None:
    file = (
        RENAMED.replace(b"userGrade,", b"userGrade,Born,")
        .replace(b"Student Number", b"userId")
        .replace(b",3,", b",3,2016-05-01,")
    )

    app = view(checked("users.csv", file), "repair")

    assert "“Born” → column deleted" in text_of(app)


def test_a_fault_of_header_and_rows_together_leads_to_its_repair() -> None:
    rows = (
        b"action,schoolId,userId,userRole,Name,userEmail,userGrade,classId,className,classGrade,"
        b"primary_teacher\n"
    )
    rows += b"".join(
        f",0711,S{n},Student,Lee,Ana,ana{n}@school.org,3,,,,\n".encode() for n in range(12)
    )

    app = checked("users.csv", rows)

    assert "Every row has 1 cell more than the header" in text_of(app)
    assert "Fixing this clears all of them." in text_of(app)
    assert app.button(key="fix-1").label == "Fix"


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        for name in names:
            files.writestr(name, "sourcedId,status\n")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("export.zip", archive("manifest.csv", "orgs.csv", "users.csv", "classes.csv")),
        ("users.csv", (SAMPLES / "oneroster-users.csv").read_bytes()),
    ],
)
def test_a_roster_of_oneroster_files_is_sent_to_the_import(name: str, data: bytes) -> None:
    app = checked(name, data)

    assert "These are OneRoster files" in text_of(app)
    assert app.button(key="to-import").label == "Go to District → Import"


def test_the_way_to_the_import_ends_there(app_store: Path) -> None:
    rt.import_data(SAMPLES / "clean.csv", rt.Store(app_store), "Avon")
    app = checked("export.zip", archive("manifest.csv", "orgs.csv", "users.csv", "classes.csv"))

    app.button(key="to-import").click().run()

    assert app.session_state["section"] == "Import"


def test_a_header_may_be_called_as_a_column_of_the_editor() -> None:
    lines = (SAMPLES / "bad-grades.csv").read_text("utf-8").splitlines()
    data = "\n".join([f"{lines[0]},what to fix", *(f"{line},x" for line in lines[1:])])

    assert "Type in a cell" in text_of(view(checked("users.csv", data.encode()), "rows"))


def test_a_value_bears_the_name_of_nobody_whose_id_looks_like_it() -> None:
    rows = [in_class(student("5", userGrade="x"), "0711"), student("6", userGrade="5 ")]
    review = rt.review(file_of(rows))

    assert names_of(review, "userGrade", ["5"]) == {}
    assert names_of(review, "schoolId", ["0711"]) == {}
    assert names_of(review, "userId", ["5"]) == {"5": "Ana Lee"}
    assert names_of(review, "classId", ["0711"]) == {"0711": "Math"}


def test_another_archive_is_not_taken_for_a_roster() -> None:
    app = checked("photos.zip", archive("a.png", "users.csv"))

    assert "OneRoster" not in text_of(app)


def test_the_figures_of_the_fix_part_are_those_of_its_sentence() -> None:
    app = view(checked("bad-emails.csv"), "repair")
    app.checkbox(key="confirm-1-RT103").check().run()
    after = rt.review(SAMPLES / "bad-emails.csv").repair("RT103").review

    problems = sum(cause.severity.rejects for cause in after.causes)
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["Problems left to fix"] == str(problems)
    assert metrics["Rows still rejected"] == str(after.rows.rejected)
    (button,) = [b for b in app.get("download_button") if "corrected" in b.label]
    assert button.label == (
        f"Download corrected users.csv · {after.rows.rejected} rows still rejected"
    )


def test_rows_stand_before_the_chart_and_the_chart_is_narrowed_with_them() -> None:
    app = view(checked("bad-grades.csv"), "rows")
    assert chart(app).startswith("Errors and warnings by category: userGrade")

    app.selectbox(key="category").select("userGrade").run()

    assert chart(app).startswith("Errors and warnings by rule: ")
    assert "classGrade" not in chart(app)
    kinds = [element.type for element in app.main if element.type in (TABLE, CHART)]
    assert kinds[:2] == [TABLE, CHART]


TABLE, CHART = "dataframe", "plotly_chart"


def chart(app: AppTest) -> str:
    """What the chart says to somebody who does not see it."""
    (only,) = app.get(CHART)
    described: str = only.proto.alt
    return described


def test_a_row_says_whose_it_is_in_the_table_and_opened() -> None:
    app = view(checked("bad-grades.csv"), "rows")
    rows = list(rt.review(SAMPLES / "bad-grades.csv").select().page(1).iter_rows(named=True))
    place, row = next((at, row) for at, row in enumerate(rows) if row["className"])
    who = f"{row['userFirstName']} {row['userLastName']}"
    shown = app.dataframe[0].value
    assert list(shown.columns[:3]) == ["row", "name", "errors"]
    assert shown["name"].iloc[place] == who

    app = picked(app, "Rows; the cells at fault are colored", place)

    assert f"Row {row['row']}: {who} ({row['userId']})" in text_of(app)
    assert escape(f"{row['className']} ({row['classId']})") in text_of(app)


def test_a_class_that_is_wrong_as_a_whole_has_its_name_beside_its_id() -> None:
    app = checked("class-problems.csv")

    app.button(key="rows-1").click().run()

    file = pl.read_csv(SAMPLES / "class-problems.csv", infer_schema=False)
    line = app.dataframe[0].value.iloc[0]
    assert line["name"] in file.filter(pl.col("classId") == line["value"])["className"].to_list()


def test_several_files_are_a_table_of_verdicts_of_which_one_is_opened() -> None:
    app = opened()
    names = ("bad-emails.csv", "clean.csv", "not-a-csv.xlsx")
    for name in names:
        app.file_uploader(key="file-0").upload(name, (SAMPLES / name).read_bytes())
    sound(app.run())

    assert "Of 3 files, 1 would be accepted as a whole." in text_of(app)
    lines = table(app, "The files and what the portal would say")
    assert [line["file"] for line in lines] == list(names)
    assert [line["rejected"] for line in lines] == [12, 0, 0]

    app = picked(app, "The files and what the portal would say", 0)
    assert "bad-emails.csv · 160 rows" in text_of(app)

    app.button(key="all-files").click().run()
    assert "Of 3 files" in text_of(app)


def test_a_clean_file_says_on_every_part_what_to_do_next() -> None:
    app = checked("clean.csv")

    assert "Upload the file in the portal." in text_of(app)
    assert "Upload the file in the portal." in text_of(view(app, "repair"))
    assert "find a person, a class or a row number" in text_of(view(app, "rows"))
