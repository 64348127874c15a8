"""What Pandera must be told beyond its defaults; imported only where a schema is asked for.

The schema is no second engine: its checks read the findings of one `validate` of the whole frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING

import pandera.polars as pa
import polars as pl
from pandera.backends.polars.container import DataFrameSchemaBackend
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from roster_toolkit.derive.explain import columns_of
from roster_toolkit.errors import UsageError
from roster_toolkit.ingest.frame import upload_of_frame
from roster_toolkit.model import Profile, Rule, Scope
from roster_toolkit.rules.registry import rules_of
from roster_toolkit.validate import validate

if TYPE_CHECKING:
    from pandera.api.polars.types import PolarsData

Place = tuple[str, str | None]
"""Code of a rule, and key of the column at which it stands; None for the row as a whole."""
Faults = Mapping[Place, pl.Series]
"""Where a rule stands → which rows of the frame are at fault."""

#: What the rules look at that a check can stand for: neither the file's form nor the roster.
COVERED = frozenset(
    {
        Scope.CELL, Scope.ROW, Scope.PERSON, Scope.CLASS, Scope.RECORD, Scope.PEOPLE,
        Scope.CLASSES, Scope.IDENTIFIERS, Scope.ENROLLMENTS, Scope.CLASS_LISTS,
    }
)  # fmt: skip
#: The findings about the frame that is being validated, so that all checks share one pass.
_FAULTS: ContextVar[Faults | None] = ContextVar("_FAULTS", default=None)


class RosterSchema(pa.DataFrameSchema):
    """A schema that refuses what Pandera would pass, and names every unexpected column."""

    roster_profile: Profile

    def validate(  # type: ignore[override]  # noqa: PLR0917  (Pandera's own signature)
        self,
        check_obj: pl.DataFrame,
        head: int | None = None,
        tail: int | None = None,
        sample: int | None = None,
        random_state: int | None = None,  # noqa: ARG002  (Pandera's own signature)
        lazy: bool = False,  # noqa: FBT001, FBT002  (Pandera's own signature)
        inplace: bool = False,  # noqa: ARG002, FBT001, FBT002  (Pandera's own signature)
    ) -> pl.DataFrame:
        """The frame, if it keeps the contract; raises SchemaError, or SchemaErrors if `lazy`."""
        if not isinstance(check_obj, pl.DataFrame):
            raise UsageError(
                "Only a DataFrame can be checked: of a LazyFrame Pandera looks at the columns "
                "alone. Call .collect() first."
            )
        if not (head is tail is sample is None):
            raise UsageError(
                "A part of a frame cannot be checked, because a person's rows belong together; "
                "leave out head, tail and sample."
            )
        unexpected = [
            self._unexpected(name) for name in check_obj.columns if name not in self.columns
        ]
        if unexpected and not lazy:
            raise self._unexpected(", ".join(str(error.failure_cases) for error in unexpected))
        token = _FAULTS.set(_faults(check_obj, self.roster_profile))
        try:
            checked: pl.DataFrame = super().validate(check_obj, lazy=lazy)
        except SchemaErrors as found:
            raise SchemaErrors(self, [*unexpected, *found.schema_errors], check_obj) from None
        finally:
            _FAULTS.reset(token)
        if unexpected:
            raise SchemaErrors(self, unexpected, check_obj)
        return checked

    def failures(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Everything that is wrong with a frame: `column`, `check` (the code), `index` (its row).

        Empty where nothing is. `index` counts from 0; null where the frame as a whole is at fault.
        """
        columns = {"column": pl.String, "check": pl.String, "index": pl.Int64}
        try:
            self.validate(frame, lazy=True)
        except SchemaErrors as found:
            cases: pl.DataFrame = found.failure_cases
            return cases.select(pl.col(name).cast(kind) for name, kind in columns.items())
        return pl.DataFrame(schema=columns)

    def _unexpected(self, name: str) -> SchemaError:
        return SchemaError(  # type: ignore[no-untyped-call]
            self,
            None,
            f"not in the profile: {name}",
            failure_cases=name,
            check="column_in_schema",
            reason_code=SchemaErrorReason.COLUMN_NOT_IN_SCHEMA,
        )


RosterSchema.register_backend(pl.DataFrame, DataFrameSchemaBackend)


def build_schema(profile: Profile) -> RosterSchema:
    """The schema of a profile; see `pandera_schema`."""
    rules = rules_of(profile)
    checks: dict[str, list[pa.Check]] = {key: [] for key in profile.columns}
    for rule in rules.values():
        if not rule.severity.rejects or rule.scope not in COVERED:
            continue
        whole_row = rule.scope is Scope.RECORD
        for key in profile.record_key[:1] if whole_row else columns_of(rule, profile):
            place = (rule.code, None if whole_row else key)
            checks[key].append(_check(rule, place, profile))
    columns = {
        column.name: pa.Column(
            pl.String,
            checks[column.key],
            nullable=True,
            required=column.must_be_there,
            title=column.name,
            description=column.description,
        )
        for column in profile.in_file
    }
    schema = RosterSchema(columns, name=profile.name, title=profile.title)
    schema.roster_profile = profile
    return schema


def _faults(frame: pl.DataFrame, profile: Profile) -> Faults:
    """What `validate` finds in a frame, as one mask of its rows for each rule and column."""
    upload = upload_of_frame(frame, profile)
    validation = validate(upload, profile)
    codes = {rule.number: rule.code for rule in validation.rules.values()}
    keys = list(profile.columns)
    every = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
    findings = validation.findings.filter(pl.col("row").is_not_null())
    return {
        (codes[code], None if place is None else keys[place]): every.is_in(
            (here["row"] - upload.first_row).implode()
        )
        for (code, place), here in findings.partition_by("code", "column", as_dict=True).items()
    }


def _check(rule: Rule, place: Place, profile: Profile) -> pa.Check:
    """One rule at one column, as Pandera asks: true where the row is sound."""

    def sound(data: PolarsData) -> pl.LazyFrame | bool:
        faults = _FAULTS.get()
        if faults is None:
            faults = _faults(data.lazyframe.collect(), profile)
        fault = faults.get(place)
        return True if fault is None else pl.LazyFrame({"sound": ~fault})

    return pa.Check(sound, name=rule.code, error=rule.code, title=rule.name, description=rule.title)
