"""Rows that are corrected where they stand: typed over, by suggestion, or a value at once.

What is typed lies on the desk until it is checked again; then it is an edit of the review, with a
place in its log. Both can be taken back, one by one or all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl
import streamlit as st

import roster_toolkit as rt
from app_parts.session import Desk
from app_parts.table import page_of, paged
from app_parts.text import callout, counted, prose

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

#: Rows of the editor on a page.
ROWS = 25
#: Values of a selection that can be replaced at once.
_VALUES = 200
_WHAT = "what to fix"
_BLANK = "(blank)"
_ARROW = " → "
_NOT_YET, _CHECKED = "not checked yet", "in the corrected file"
#: The list of edits.
_LINES = dict.fromkeys(("row", "column", "before", "now", "state"), pl.String) | {"row": pl.UInt32}


def edit_rows(desk: Desk, review: rt.Review, selection: rt.Selection, *, key: str) -> None:
    """A page of the rows to type in, what is suggested for them, and what was edited so far.

    `key` names what the rows are narrowed to, so that another choice begins with its own page.
    """
    columns = _editable(review)
    if columns and selection.rows.len():
        _rows_to_edit(desk, review, selection, columns, key=key)
    if columns:
        edits_so_far(desk, review)


def _rows_to_edit(
    desk: Desk,
    review: rt.Review,
    selection: rt.Selection,
    columns: Mapping[str, str | None],
    *,
    key: str,
) -> None:
    total = selection.rows.len()
    key = f"edit-{review.upload.sha256[:12]}-{key}"
    pages = selection.pages(ROWS)
    number = min(st.session_state.get(f"{key}-page", 1), pages)
    page = _with_typed(desk, selection.page(number, ROWS))
    prose("Type in a cell to correct it. The gray column says what to fix, and what is suggested.")
    about = _errors(review, selection.findings, columns)
    _suggested(desk, about, page["row"])
    _replaced(desk, review, about, columns, key)
    here = review.findings.filter(pl.col("row").is_in(page["row"].implode()))
    errors = _errors(review, here, columns)
    _editor(desk, review, page, errors, columns, key=f"{key}-{number}-{desk.redrawn}")
    if pages > 1:
        st.pagination(pages, key=f"{key}-page", width="stretch")
        first = (number - 1) * ROWS + 1
        st.caption(f"{first:,} to {min(first + ROWS - 1, total):,} of {total:,}")


# --- the cells -----------------------------------------------------------------------------------


def _editable(review: rt.Review) -> dict[str, str | None]:
    """Header as the page has it → key of its column: those that a cell can be named by."""
    upload = review.upload
    if review.is_masked or upload.lacks_header or not upload.cells.width:
        return {}
    names = [cell.typed.strip() for cell in upload.header]
    return {
        cell.typed.strip(): cell.key if cell.certain else None
        for cell in upload.header
        if cell.typed.strip() and names.count(cell.typed.strip()) == 1
        and cell.typed.strip() not in ("row", "errors", _WHAT)
    }  # fmt: skip


def _with_typed(desk: Desk, page: pl.DataFrame) -> pl.DataFrame:
    """A page with what is typed and not yet checked in it."""
    page = page.drop("errors", _WHAT, strict=False)  # a header of the file may be called so
    at = {row: place for place, row in enumerate(page["row"])}
    for (row, column), value in desk.typed.items():
        if row in at and column in page.columns:
            page[at[row], column] = value
    return page


def _errors(
    review: rt.Review, findings: pl.DataFrame, columns: Mapping[str, str | None]
) -> pl.DataFrame:
    """The cells that findings are about, once each, under their headers in the file.

    Columns: `row`, `column`, `value`, `suggestion` and `title`, what is wrong in a few words.
    """
    titles = {code: rule.title for code, rule in review.rules.items()}
    names = {review.profile.columns[key].name: header for header, key in columns.items() if key}
    header = pl.col("column").replace_strict(names, default=None, return_dtype=pl.String)
    return (
        findings.filter(pl.col("row").is_not_null(), pl.col("severity") != "info")
        .with_columns(column=header)
        .drop_nulls("column")
        .sort("row", pl.col("suggestion").is_null(), maintain_order=True)
        .unique(["row", "column"], keep="first", maintain_order=True)
        .select(
            "row",
            "column",
            pl.col("value").fill_null(""),
            "suggestion",
            title=pl.col("code").replace_strict(titles, return_dtype=pl.String),
        )
    )


def _editor(
    desk: Desk,
    review: rt.Review,
    page: pl.DataFrame,
    errors: pl.DataFrame,
    columns: Mapping[str, str | None],
    *,
    key: str,
) -> None:
    """The page to type in: row and what to fix frozen, the columns at fault first."""
    faulty = [name for name in page.columns if name in set(errors["column"])]
    what = page.select("row").join(
        _what_to_fix(errors), on="row", how="left", maintain_order="left"
    )
    shown = page.insert_column(1, what[_WHAT].fill_null(""))
    shown = shown.select("row", _WHAT, *faulty, pl.exclude("row", _WHAT, *faulty))
    rows = page["row"].to_list()
    st.data_editor(
        shown,
        key=key,
        hide_index=True,
        num_rows="fixed",
        placeholder="",
        disabled=["row", _WHAT, *(name for name in page.columns if name not in columns)],
        column_config=_column_config(review, columns, page),
        height=min(38 + 35 * page.height, 460),
        alt="Rows to correct; the frozen column says what to fix",
        on_change=_typed,
        args=(desk, review, key, rows),
    )


def _what_to_fix(errors: pl.DataFrame) -> pl.DataFrame:
    """`row` and its columns at fault, each with what is suggested or what is wrong."""
    suggestion = pl.when(pl.col("suggestion") == "").then(pl.lit(_BLANK)).otherwise("suggestion")
    wrong = pl.lit(": ") + pl.col("title")
    said = pl.concat_str("column", pl.coalesce(pl.lit(_ARROW) + suggestion, wrong))
    return errors.group_by("row", maintain_order=True).agg(said.str.join("; ").alias(_WHAT))


def _column_config(
    review: rt.Review, columns: Mapping[str, str | None], page: pl.DataFrame
) -> dict[str, ColumnConfig | None]:
    """How each column is typed in: closed lists as a choice, with what stands there by now."""
    config: dict[str, ColumnConfig | None] = {
        "row": st.column_config.NumberColumn(format="%d", pinned=True, width=60),
        _WHAT: st.column_config.TextColumn(pinned=True, width=240),
    }
    for header, key in columns.items():
        if values := _closed(review, key):
            standing = page[header].unique(maintain_order=True)
            options = dict.fromkeys([*values, *(text for text in standing if text)])
            config[header] = st.column_config.SelectboxColumn(options=[*options])
    return config


def _closed(review: rt.Review, key: str | None) -> tuple[str, ...]:
    """The values of a column that takes no others; empty for any other column."""
    column = review.profile.columns.get(key or "")
    if column is None or column.vocabulary is None:
        return ()
    vocabulary = review.profile.vocabularies[column.vocabulary]
    return () if vocabulary.open else vocabulary.accepts


def _always_filled(review: rt.Review, key: str | None) -> bool:
    """Whether every row must have a value in a column."""
    column = review.profile.columns.get(key or "")
    return column is not None and column.requirement.always


def _or_blank(value: str) -> str:
    return value or _BLANK


# --- typing --------------------------------------------------------------------------------------


def _typed(desk: Desk, review: rt.Review, key: str, rows: list[int]) -> None:
    """Put on the desk what was typed in the editor."""
    changes: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    for place, cells in changes.items():
        for column, value in cells.items():
            _type(desk, review, rows[int(place)], column, "" if value is None else str(value))


def _type(desk: Desk, review: rt.Review, row: int, column: str, value: str) -> None:
    """Put a value for a cell on the desk; nothing where it is what the file has."""
    if _cell(review, row, column) == value:
        desk.typed.pop((row, column), None)
    else:
        desk.typed[row, column] = value


def _cell(review: rt.Review, row: int, column: str) -> str:
    names = [cell.typed.strip() for cell in review.upload.header]
    text: str = review.upload.cells[row - review.upload.first_row, names.index(column)]
    return text


def _type_all(desk: Desk, cells: pl.DataFrame) -> None:
    """Put values on the desk for `row`, `column`, `suggestion`, and draw the editor anew."""
    for row, column, value in cells.select("row", "column", "suggestion").iter_rows():
        desk.typed[row, column] = value
    desk.redrawn += 1


def _suggested(desk: Desk, errors: pl.DataFrame, on_page: pl.Series) -> None:
    """Buttons that take the suggestions, of this page and of all pages."""
    cells = pl.DataFrame(
        [*desk.typed], schema={"row": pl.UInt32, "column": pl.String}, orient="row"
    )
    waiting = errors.drop_nulls("suggestion").join(cells, on=["row", "column"], how="anti")
    here = waiting.filter(pl.col("row").is_in(on_page.implode()))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if here.height:
            st.button(
                f"Take {counted(here.height, 'suggestion')} on this page", key="take-page",
                on_click=_type_all, args=(desk, here),
            )  # fmt: skip
        if waiting.height > here.height:
            st.button(
                f"Take all {waiting.height:,} suggestions", key="take-all",
                on_click=_type_all, args=(desk, waiting),
            )  # fmt: skip


def _replaced(
    desk: Desk,
    review: rt.Review,
    errors: pl.DataFrame,
    columns: Mapping[str, str | None],
    key: str,
) -> None:
    """A value that stands in several rows, replaced in all of them at once."""
    counts = (
        errors.group_by("column", "value", maintain_order=True)
        .agg(rows=pl.len(), suggestion=pl.col("suggestion").first())
        .filter(pl.col("rows") > 1)
        .sort("rows", descending=True, maintain_order=True)
        .head(_VALUES)
    )
    if counts.is_empty():
        return
    options = [
        f"{column}: {_or_blank(value)} ({rows:,} rows)"
        for column, value, rows in counts.select("column", "value", "rows").iter_rows()
    ]
    with st.expander("Change one value in all of its rows"), st.container(
        horizontal=True, vertical_alignment="bottom"
    ):  # fmt: skip
        chosen = st.selectbox("Value", range(len(options)), format_func=options.__getitem__,
                              key=f"{key}-value")  # fmt: skip
        column, value, rows, suggestion = counts.row(chosen)
        closed = _closed(review, columns[column])
        name = f"{key}-new-{chosen}"
        if closed:
            choices = [*closed] if _always_filled(review, columns[column]) else [*closed, ""]
            at = choices.index(suggestion) if suggestion in choices else None
            new = st.selectbox("Becomes", choices, index=at, key=name, format_func=_or_blank)
        else:
            new = st.text_input("Becomes", suggestion or "", key=name)
        cells = errors.filter(pl.col("column") == column, pl.col("value") == value)
        st.button(
            f"Change all {rows:,}", key=f"{key}-change", disabled=new in (None, value),
            on_click=_type_all, args=(desk, cells.with_columns(suggestion=pl.lit(new))),
        )  # fmt: skip


# --- what was edited so far ----------------------------------------------------------------------


def edits_so_far(desk: Desk, review: rt.Review) -> None:
    """Check again what was typed, and the list of edits, each with a way back."""
    if review.is_masked:
        return
    waiting, made = len(desk.typed), review.edits.height
    if review.findings.is_empty() and not waiting + made:
        return
    if desk.not_edited:
        callout("These edits cannot be made.", "bad", detail=desk.not_edited)
    with st.container(horizontal=True, vertical_alignment="center"):
        checked = st.button(
            "Check again", key="check-again", type="primary", disabled=not waiting,
            help="Checks the file with your edits in it. Your own file stays as it is.",
        )  # fmt: skip
        prose(_so_far(waiting, made))
    if desk.before is not None and made and not waiting and desk.original is None:
        prose(f"Since the last check: {rt.compare_attempts(desk.before, review)}", strong=True)
    if checked:
        with st.spinner("Checking the file with your edits"):
            _check_again(desk, review)
        st.rerun()
    if waiting or made:
        with st.expander(f"Your edits ({waiting + made:,})"):
            _list(desk, review)


def _so_far(waiting: int, made: int) -> str:
    if not waiting and not made:
        return "Type in a cell, or take a suggestion; then check again."
    told = [f"{counted(waiting, 'cell')} edited, not checked yet"] if waiting else []
    told += [f"{counted(made, 'edit')} in the corrected file"] if made else []
    return " · ".join(told)


def _check_again(desk: Desk, review: rt.Review) -> None:
    """Judge the file with what was typed in it; what cannot be is a sentence."""
    cells = [(row, column, value) for (row, column), value in desk.typed.items()]
    schema = {"row": pl.UInt32, "column": pl.String, "value": pl.String}
    try:
        edited = review.edited(pl.DataFrame(cells, schema=schema, orient="row"))
    except rt.ToolkitError as trouble:
        desk.not_edited = str(trouble)
        return
    desk.typed.clear()
    desk.take_edited(edited)


def _list(desk: Desk, review: rt.Review) -> None:
    """Every edit, before and after; the one that is picked can be undone, or all."""
    lines = pl.concat([_waiting(desk), _made(review)])
    key = f"edits-{desk.attempt}-{desk.redrawn}-{lines.height}"
    pages: dict[int, pl.DataFrame] = {}

    def fetch(number: int) -> pl.DataFrame:
        page = pages[number] = _with_cells(review, page_of(lines, number))
        return page

    picked = paged(fetch, lines.height, key=key, pick=True, alt="Your edits, before and after")
    with st.container(horizontal=True):
        one = st.button("Undo this edit", key="undo-edit", disabled=picked is None)
        everything = st.button("Undo all edits", key="undo-edits")
        st.download_button(
            "Download the list of edits", data=desk.download(review, review.edits_csv),
            file_name="users-edits.csv", mime="text/csv", on_click="ignore", key="download-edits",
            disabled=not review.edits.height,
        )  # fmt: skip
    if one and picked is not None:
        row, column, *_, state = next(iter(pages.values())).row(picked)
        _undo(desk, review, row, column, typed=state == _NOT_YET)
        st.rerun()
    if everything:
        _undo_all(desk, review)
        st.rerun()


def _waiting(desk: Desk) -> pl.DataFrame:
    """What is typed and not yet checked; what it was before is looked up for a page."""
    cells = [(row, column, None, now, _NOT_YET) for (row, column), now in desk.typed.items()]
    return pl.DataFrame(cells, schema=_LINES, orient="row")


def _with_cells(review: rt.Review, page: pl.DataFrame) -> pl.DataFrame:
    before = [
        _cell(review, row, column) if was is None else was
        for row, column, was in page.select("row", "column", "before").iter_rows()
    ]
    return page.with_columns(before=pl.Series(before, dtype=pl.String))


def _made(review: rt.Review) -> pl.DataFrame:
    """The edits that are checked, in the same columns."""
    return review.edits.rename({"value": "now"}).with_columns(state=pl.lit(_CHECKED))


def _undo(desk: Desk, review: rt.Review, row: int, column: str, *, typed: bool) -> None:
    """Take one edit back: one that was typed at once, one that was checked by checking again."""
    desk.redrawn += 1
    desk.not_edited = ""
    if typed:
        del desk.typed[row, column]
    else:
        desk.take_edited(review.undo(row, column))


def _undo_all(desk: Desk, review: rt.Review) -> None:
    """The file as it came, and nothing typed."""
    desk.typed.clear()
    desk.redrawn += 1
    desk.not_edited = ""
    if review.edits.height:
        desk.take_edited(review.original)
