"""How many of the planted faults were found, and how many findings were right."""

from __future__ import annotations

import polars as pl

from roster_toolkit.samples.sample import Sample

SHIFTED = "RT208"


def score(findings: pl.DataFrame, sample: Sample) -> pl.DataFrame:
    """Recall and precision by code, and for all codes in the last line (code `all`).

    A finding with a row is right if code, row and column are those of the key, one without a row
    if code, column and value are. On rows that the key calls shifted (RT208), findings of RT1xx and
    RT2xx besides it are left out on both sides: which of them follow depends on where each text
    landed. Findings of stage two (RT4xx) are left out too: the key knows one file only.
    A share of nothing is null.
    """
    wanted, findings_marks = _marks(sample.answer_key, sample), _marks(findings, sample)
    right = wanted.join(findings_marks, on=wanted.columns, how="inner", nulls_equal=True)
    counts = pl.concat(
        frame.select("code", part=pl.lit(part))
        for part, frame in (("planted", wanted), ("found", findings_marks), ("right", right))
    )
    always = pl.DataFrame({"code": ["all"], "part": [None]}, schema=counts.schema)
    return (
        pl.concat([counts, counts.with_columns(code=pl.lit("all")), always])
        .group_by("code")
        .agg(
            *(
                (pl.col("part") == part).sum().cast(pl.UInt32).alias(part)
                for part in ("planted", "found", "right")
            )
        )
        .with_columns(
            recall=_share(pl.col("right"), pl.col("planted")),
            precision=_share(pl.col("right"), pl.col("found")),
        )
        .sort(pl.col("code") == "all", "code")
    )


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _marks(findings: pl.DataFrame, sample: Sample) -> pl.DataFrame:
    """What identifies a finding, once each: the value only where there is no row."""
    shifted = sample.answer_key.filter(pl.col("code") == SHIFTED)["row"]
    beside = (
        pl.col("row").is_in(shifted.implode())
        & pl.col("code").str.contains("^RT[12]")
        & (pl.col("code") != SHIFTED)
    )
    return (
        findings.select(
            pl.col("code").cast(pl.String),
            pl.col("row").cast(pl.UInt32),
            pl.col("column").cast(pl.String),
            value=pl.when(pl.col("row").is_null()).then(pl.col("value").cast(pl.String)),
        )
        .filter(~beside.fill_null(value=False) & ~pl.col("code").str.starts_with("RT4"))
        .unique(maintain_order=True)
    )
