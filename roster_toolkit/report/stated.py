"""What all rows of one person or class say, where they contradict each other."""

from __future__ import annotations

import polars as pl

from roster_toolkit.assessment import Assessment
from roster_toolkit.text import quoted_column

#: What is said where the statements themselves are not shown.
SEVERAL = "several values"
#: Statements that a sentence names.
_NAMED = 5


def with_stated(findings: pl.DataFrame, review: Assessment) -> pl.DataFrame:
    """Findings with `stated` filled in where the words of their rule ask for it."""
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
    """`code`, `column`, `parent` and `all_stated`, the values that its rows state."""
    keys = ["code", "column", "parent"]
    values = pl.concat(
        [
            findings.select(*keys, "value"),
            findings.select(*keys, value="suggestion").filter(pl.col("value").is_not_null()),
        ]
    )
    shown = pl.col("value")
    return (
        values.unique()
        .sort("value")
        .with_columns(value=quoted_column(shown))
        .group_by(keys, maintain_order=True)
        .agg(first=shown.head(_NAMED), count=pl.len())
        .select(*keys, all_stated=_listed(pl.col("first"), pl.col("count") > _NAMED))
    )


def _listed(values: pl.Expr, more: pl.Expr) -> pl.Expr:
    """A list of texts as a person lists them."""
    others = values.list.head(values.list.len() - 1).list.join(", ")
    some = pl.concat_str(others, pl.lit(" and "), values.list.last())
    return (
        pl.when(more).then(pl.concat_str(values.list.join(", "), pl.lit(" and others")))
        .when(values.list.len() > 1).then(some)
        .otherwise(values.list.last())
    )  # fmt: skip


def stated_by(number: int, review: Assessment) -> str:
    """What the findings of a cause state, as a list; blank where that would be long."""
    here = review.found.findings.filter(pl.col("cause") == number)
    values = pl.concat([here["value"], here["suggestion"].drop_nulls()]).unique().sort()
    if values.len() > _NAMED:
        return ""
    shown = pl.DataFrame({"value": values}).select(quoted_column(pl.col("value")).implode())
    return str(shown.select(_listed(pl.first(), pl.lit(value=False))).item())
