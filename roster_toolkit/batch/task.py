"""One file as one task: bytes in, plain tables out, in whatever process or machine it runs.

Nothing that a scheduler might log or show holds a name or a cell: a task is told by nothing, and
judging raises nothing, since an exception would be logged with its arguments.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from roster_toolkit.attempts import compare_attempts
from roster_toolkit.batch.criteria import Criteria, toolkit_version, unpacked
from roster_toolkit.batch.tables import CAUSES, FILES, FINDINGS, UNUSABLE
from roster_toolkit.errors import ToolkitError
from roster_toolkit.impact.mass_change import STOPPING_SCOPES
from roster_toolkit.model import Severity
from roster_toolkit.report.attempts import progress_json
from roster_toolkit.report.cures import problems_of
from roster_toolkit.report.json import review_json
from roster_toolkit.report.reconciliation import exit_code_of
from roster_toolkit.report.words import Words
from roster_toolkit.reviewing.sql_tables import causes_frame
from roster_toolkit.rosters.outcomes import Outcome

if TYPE_CHECKING:
    from roster_toolkit.reviewing.review import Review

#: The exit code for a file that could not be judged.
_UNUSABLE = 3
_SHOWN = (Outcome.CREATED, Outcome.UPDATED, Outcome.NO_CHANGES, Outcome.REMOVED)


@dataclass(frozen=True)
class Task:
    """A file to judge."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)
    previous: bytes | None = field(default=None, repr=False)
    """The last attempt at it."""
    key: str = ""
    """What tells this file by these criteria from any other: `key_of`."""


@dataclass(frozen=True)
class Result:
    """What is known of a file: a line of shape `FILES`, and frames `CAUSES` and `FINDINGS`."""

    file: pl.DataFrame = field(repr=False)
    causes: pl.DataFrame = field(repr=False)
    findings: pl.DataFrame = field(repr=False)
    version: str = ""
    """The toolkit's version in the process that judged it."""

    @property
    def name(self) -> str:
        """The name of the file."""
        return str(self.file["file"][0])


def key_of(data: bytes, previous: bytes | None, criteria: Criteria) -> str:
    """A digest of all that a result follows from."""
    parts = [criteria.digest, hashlib.sha256(data).hexdigest()]
    if previous is not None:
        parts.append(hashlib.sha256(previous).hexdigest())
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


#: The criteria of the run at hand: a process takes them apart once, not for every file.
_AT_HAND: dict[bytes, Criteria] = {}


def judge_packed(task: Task, packed: bytes, made_by: str) -> Result:
    """Judge a file by packed criteria, which are of the version that `made_by` names.

    Raises nothing: what goes wrong is a result too.
    """
    try:
        if made_by != toolkit_version():
            return unusable(task.name, "It was sent to another version of the toolkit.")
        if packed not in _AT_HAND:
            _AT_HAND.clear()
            _AT_HAND[packed] = unpacked(packed)
        criteria = _AT_HAND[packed]
    except Exception as error:  # noqa: BLE001  (whatever is missing there, the run goes on)
        return unusable(task.name, _ours(error))
    return judge(task, criteria)


def judge(task: Task, criteria: Criteria) -> Result:
    """Judge a file; what goes wrong is a result too."""
    try:
        review = criteria.judge(task.data, task.name)
        last = None if task.previous is None else criteria.judge(task.previous, task.name)
        return _result(task, review, last, criteria)
    except ToolkitError as error:
        return unusable(task.name, str(error), task.key)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return unusable(task.name, _ours(error))


def _ours(error: BaseException) -> str:
    kind = type(error).__name__  # the text of the exception may hold a cell
    return f"Something of ours failed ({kind}); please report it."


def unusable(name: str, why: str, key: str = "") -> Result:
    """The result for a file that could not be judged; without a key it is tried again next time."""
    line: dict[str, Any] = {"file": name, "verdict": UNUSABLE, "why": why, "key": key, "stops": []}
    line["exit_code"] = _UNUSABLE
    counts = dict.fromkeys(("rows", "accepted", "rejected", "problems", "errors", "warnings"), 0)
    file = pl.DataFrame([dict.fromkeys(FILES) | line | counts], schema=FILES)
    return Result(file, CAUSES.to_frame(), FINDINGS.to_frame(), toolkit_version())


def _result(task: Task, review: Review, last: Review | None, criteria: Criteria) -> Result:
    values = criteria.values
    words = Words(review.profile, values)
    since = None if last is None else compare_attempts(last, review)
    extra = {}
    if last is not None and since is not None:
        extra = {"previous": progress_json(since, last, review, words)}
    document = b"".join(review_json(review, values=values, seconds=False, extra=extra))
    line: dict[str, Any] = dict.fromkeys(FILES)
    line |= {
        "file": task.name,
        "verdict": review.verdict.value,
        "rows": review.upload.records,
        "accepted": review.rows.accepted,
        "rejected": review.rows.rejected,
        "errors": sum(review.by_severity.get(one, 0) for one in Severity if one.rejects),
        "warnings": review.by_severity.get(Severity.WARNING, 0),
        "stops": [
            code
            for scope in STOPPING_SCOPES
            for code, rule in review.rules.items()
            if rule.scope is scope and review.by_rule.get(code)
        ],
        "exit_code": exit_code_of(review),
        "sha256": review.upload.sha256,
        "key": task.key,
        "review": document.decode(),
    } | _largest(review, words) | _outcomes(review)  # fmt: skip
    if since is not None:
        line |= {"cleared": since.rows.cleared, "left": since.rows.left, "new": since.rows.new}
    name = pl.lit(task.name, pl.String).alias("file")
    causes = causes_frame(review, words).select(name, pl.all())
    findings = FINDINGS.to_frame()
    if criteria.findings:
        findings = review.findings.select(name, pl.all())
    private = review.profile.private_headers
    named = ~pl.col("column").is_in(private).fill_null(value=False) & values
    kept = pl.when(named)
    findings = findings.with_columns(kept.then("value"), kept.then("suggestion"))
    return Result(
        pl.DataFrame([line], schema=FILES),
        causes.cast(CAUSES),
        findings.cast(FINDINGS),
        toolkit_version(),
    )


def _largest(review: Review, words: Words) -> dict[str, Any]:
    """How many problems there are, and the first: the gravest, and of these the biggest win."""
    problems = problems_of(review, words)
    line: dict[str, Any] = {"problems": len(problems)}
    if not problems:
        return line
    first = problems[0]
    cause = first.causes[0]
    column = None if cause.column is None else review.profile.columns[cause.column].name
    return line | {
        "largest_code": cause.code,
        "largest_column": column,
        "largest_rows": first.rows,
        "largest": first.title,
    }


def _outcomes(review: Review) -> dict[str, Any]:
    if review.impact is None:
        return {}
    return {
        outcome.value.replace(" ", "_"): sum(
            counts[outcome] for counts in review.impact.totals.values()
        )
        for outcome in _SHOWN
    }
