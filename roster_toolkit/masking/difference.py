"""Mask what differs between two rosters."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from roster_toolkit.masking.rosters import masked_fields, masked_keys
from roster_toolkit.masking.values import Mask
from roster_toolkit.rosters.difference import Difference


def masked_difference(found: Difference, mask: Mask) -> Difference:
    """The same differences between records that go by pseudonyms, in the order of these."""
    changes = masked_fields(found.changes, mask)
    repeated = found.repeated
    if not repeated.is_empty():
        parts = [
            part.with_columns(masked_keys(part["key"], str(kind), mask))
            for (kind,), part in repeated.partition_by("kind", as_dict=True).items()
        ]
        repeated = pl.concat(parts).sort(pl.all())
    return replace(found, changes=changes.sort(changes.columns), repeated=repeated)
