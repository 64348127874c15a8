"""Texts are looked up by hash, and what a hash says is proved as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from roster_toolkit.rosters.places import places, places_named, records_at

if TYPE_CHECKING:
    import pytest


def _texts(*values: str | None) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def test_a_key_has_the_place_where_it_stands_and_none_where_it_does_not() -> None:
    assert places(_texts("c", "x", "a"), _texts("a", "b", "c")).to_list() == [2, None, 0]


def test_the_first_of_several_places_counts() -> None:
    assert places(_texts("a", "b"), _texts("b", "a", "b", "a")).to_list() == [1, 0]


def test_few_keys_in_a_large_pool_are_found_as_many_are() -> None:
    pool = pl.Series([str(number) for number in range(1000)])
    assert places(_texts("999", "-", "7"), pool).to_list() == [999, None, 7]
    assert places(pool.reverse(), pool).to_list() == list(range(999, -1, -1))


def test_a_cell_that_is_absent_stands_nowhere() -> None:
    assert places(_texts(None, "a"), _texts(None, "a")).to_list() == [None, 1]
    assert places(_texts(), _texts("a")).is_empty()
    assert places(_texts("a"), _texts()).to_list() == [None]


def test_two_texts_with_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def of_length(text: pl.Expr, *_: int) -> pl.Expr:
        return text.str.len_bytes()

    monkeypatch.setattr(pl.Expr, "hash", of_length)
    assert places(_texts("ab", "x", "c"), _texts("c", "cd", "ab")).to_list() == [2, None, 0]
    assert places(_texts("x"), _texts("c")).to_list() == [None]


def test_whom_some_key_names_is_said_of_each() -> None:
    assert places_named(_texts("a", "b", "c"), _texts("c", "x", "a", "c")).to_list() == [
        True, False, True,
    ]  # fmt: skip


def test_records_are_blank_where_there_is_no_place() -> None:
    records = pl.DataFrame({"name": ["Ana", "Bo"]})
    at = pl.Series([1, None], dtype=pl.UInt32)
    assert records_at(records, at)["name"].to_list() == ["Bo", None]
