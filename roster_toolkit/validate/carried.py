"""What was found in a table, carried over to the file that it was written to.

A corrected copy is read again, which proves that it holds what was meant. Where it does, its rows
were judged before they were written: to judge them once more would find the same.
"""

from __future__ import annotations

from dataclasses import fields, replace

import polars as pl

from roster_toolkit.model import Profile, Scope, Upload
from roster_toolkit.records import Records
from roster_toolkit.validate.engine import in_order, judge_file
from roster_toolkit.validate.run import Run, Validation

#: Facts of a file that no rule asks for.
_OF_THE_FILE_ITSELF = {"name", "sha256", "size"}
#: A byte order mark is no fault either.
_UTF8 = ("utf-8", "utf-8-sig")


def carried_over(
    validation: Validation, table: Upload, copy: Upload, profile: Profile
) -> Validation | None:
    """The validation of a copy from that of the table; None where they differ in any fact.

    Blank records of the table are not in the copy, so that the rows below them moved up. What is
    said of the file as a whole may name rows, and is asked anew.
    """
    if validation.faults or not _holds(copy, table):
        return None
    run = Run(copy, profile, validation.rules)
    judge_file(run)
    return replace(
        validation,
        findings=in_order([*run.findings, _findings_in_rows(validation, table, copy)]),
        records=_of_copy(validation.records, table, copy),
        as_read=_of_copy(validation.as_read, table, copy),
        faults=tuple(run.faults),
    )


def _findings_in_rows(validation: Validation, table: Upload, copy: Upload) -> pl.DataFrame:
    """The findings of rules that do not judge the file as a whole, in the rows of the copy."""
    of_file = [rule.number for rule in validation.rules.values() if rule.scope is Scope.FILE]
    findings = validation.findings.filter(~pl.col("code").is_in(of_file))
    index = findings["row"].cast(pl.Int64) - table.first_row
    row = (_moved_up(index, table.blank) + copy.first_row).cast(pl.UInt32)
    return findings.with_columns(row.alias("row"))


def _moved_up(index: pl.Series, blank: pl.Series) -> pl.Series:
    """Where records are without the blank ones; nulls stay."""
    above = blank.cast(index.dtype).search_sorted(index)
    return index - above.cast(index.dtype)


def _of_copy(records: Records | None, table: Upload, copy: Upload) -> Records | None:
    """The records of the table as those of the copy."""
    if records is None:
        return None
    views = {
        name: replace(view, variants=_with(view.variants, "first", table.blank))
        for name, view in records.views.items()
    }
    return replace(
        records, upload=copy, rows=_with(records.rows, "index", table.blank), views=views
    )


def _with(frame: pl.DataFrame, index: str, blank: pl.Series) -> pl.DataFrame:
    return frame.with_columns(_moved_up(frame[index], blank))


def _holds(copy: Upload, table: Upload) -> bool:
    """Whether a copy is read as the table is, without its blank records."""
    blank = table.blank
    if copy.blank.len() or copy.cells.columns != table.cells.columns:
        return False
    moved = _moved_up(pl.Series(list(table.surplus), dtype=pl.Int64), blank)
    reordered = _with(_with(table.reordered, "index", blank), "header", blank)
    expected = replace(
        table,
        encoding=copy.encoding if copy.encoding in _UTF8 else _UTF8[0],
        cells=copy.cells,
        first_row=copy.first_row,
        first_line=copy.first_line,
        blank=copy.blank,
        ragged=_with(table.ragged, "index", blank),
        surplus=dict(zip(moved, table.surplus.values(), strict=True)),
        overhang=_moved_up(table.overhang, blank),
        remarks=_with(table.remarks, "index", blank),
        reordered=reordered,
    )
    return _same_facts(expected, copy) and _same_cells(table, copy)


def _same_facts(one: Upload, other: Upload) -> bool:
    for name in {field.name for field in fields(Upload)} - _OF_THE_FILE_ITSELF - {"cells"}:
        fact, its = getattr(one, name), getattr(other, name)
        framed = isinstance(fact, pl.DataFrame | pl.Series) and isinstance(its, type(fact))
        if not (fact.equals(its) if framed else fact == its):
            return False
    return True


def _same_cells(table: Upload, copy: Upload) -> bool:
    """Column by column, so that no more than one is held twice."""
    if not table.blank.len():
        return table.cells.equals(copy.cells)
    stays = pl.repeat(value=True, n=table.cells.height, dtype=pl.Boolean, eager=True)
    stays = stays.scatter(table.blank, False)
    cells = copy.cells
    return all(cell.filter(stays).equals(cells[cell.name]) for cell in table.cells.iter_columns())
