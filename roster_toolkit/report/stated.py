"""The contradicting values that the rows of one person or class state."""

from __future__ import annotations

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.text import quoted_column

#: Replacement where the values themselves are not shown.
SEVERAL = "several values"
#: Maximum values that a sentence names.
_VALUES_NAMED = 5


def with_stated(findings: pl.DataFrame, review: Assessment) -> pl.DataFrame:
    """Fill in `stated` for findings of rules whose message has a `{stated}` placeholder."""
    places = {key: place for place, key in enumerate(review.profile.columns)}
    for rule in review.rules.values():
        for key, words in rule.in_column.items():
            here = (pl.col("code") == rule.number) & (pl.col("column") == places.get(key, -1))
            if words.names_stated and findings.filter(here).height:
                stated = _statements(review.validation.findings.filter(here))
                findings = findings.join(
                    stated, on=["code", "column", "parent"], how="left", maintain_order="left"
                ).with_columns(stated=pl.coalesce("all_stated", "stated"))
                findings = findings.drop("all_stated")
    return findings


def _statements(findings: pl.DataFrame) -> pl.DataFrame:
    """`code`, `column`, `parent` and `all_stated`, the values of its rows as a list in prose."""
    keys = ["code", "column", "parent"]
    values = pl.concat(
        [
            findings.select(*keys, "value"),
            findings.select(*keys, value="suggestion").filter(pl.col("value").is_not_null()),
        ]
    )
    value = pl.col("value")
    return (
        values.unique()
        .sort("value")
        .with_columns(value=quoted_column(value))
        .group_by(keys, maintain_order=True)
        .agg(first=value.head(_VALUES_NAMED), count=pl.len())
        .select(*keys, all_stated=_listed(pl.col("first"), pl.col("count") > _VALUES_NAMED))
    )


def _listed(values: pl.Expr, more: pl.Expr) -> pl.Expr:
    """`text.listed` as a Polars expression, with “and others” where there are more."""
    others = values.list.head(values.list.len() - 1).list.join(", ")
    some = pl.concat_str(others, pl.lit(" and "), values.list.last())
    return (
        pl.when(more).then(pl.concat_str(values.list.join(", "), pl.lit(" and others")))
        .when(values.list.len() > 1).then(some)
        .otherwise(values.list.last())
    )  # fmt: skip


def stated_by(number: int, review: Assessment) -> str:
    """The values that the findings of a cause state, in prose; blank where there are many."""
    here = review.found.findings.filter(pl.col("cause") == number)
    values = pl.concat([here["value"], here["suggestion"].drop_nulls()]).unique().sort()
    if values.len() > _VALUES_NAMED:
        return ""
    quoted_values = pl.DataFrame({"value": values}).select(quoted_column(pl.col("value")).implode())
    return str(quoted_values.select(_listed(pl.first(), pl.lit(value=False))).item())
