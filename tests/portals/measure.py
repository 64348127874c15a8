"""How well a learned profile judges as the portal does: the only module that knows the toolkit.

Three regimes: (a) a template, one accepted file and one error report of 600 rows; (b) one accepted
file alone; (c) the first with a source that lies. A fresh file, of another district, is judged by
the portal, by the assumed profile (before) and by the learned one (after).
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import roster_toolkit as rt

from .lies import LIES, told_with
from .portal import Portal

#: What learns: `rt.calibrate`, or something that is called as it is.
Learn = Callable[..., Any]

# Seeds of a portal's files; the fresh ones are of districts that no evidence shows.
_ACCEPTED, _SENT, _FRESH, _FRESH_GOOD = 1, 2, 1001, 1002
_TOLERANCE = 0.001


@dataclass(frozen=True)
class Outcome:
    """What one profile makes of a portal's fresh files."""

    agreed: int
    rows: int
    too_strict: int = 0
    too_lenient: int = 0
    good_refused: int = 0
    failure: str = ""

    @property
    def share(self) -> float:
        """The share of the rows that are judged as the portal judges them."""
        return self.agreed / self.rows


@dataclass(frozen=True)
class Measured:
    """All that was measured of one portal."""

    seed: int
    differences: list[str]
    difficulties: list[str]
    before: Outcome
    learned: Outcome | None = None
    accepted_alone: Outcome | None = None
    with_lies: dict[str, Outcome] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def last(self) -> Outcome:
        """What the whole evidence gives; the profile as assumed where nothing can learn yet."""
        return self.learned or self.before


def learner() -> Learn | None:
    """The learning that the toolkit has, or None before it has one."""
    found: Learn | None = getattr(rt, "calibrate", None)
    return found


def judged(content: bytes, profile: object = None) -> list[bool]:
    """Of every record, whether a profile takes it: of none where the file is refused."""
    options: dict[str, Any] = {} if profile is None else {"profile": profile}
    review = rt.review(content, **options)
    height = review.upload.cells.height
    if review.verdict.value == "refused":
        return [False] * height
    refused = set((review.refused_rows - review.upload.first_row).to_list())
    return [index not in refused for index in range(height)]


@dataclass(frozen=True)
class _Fresh:
    """The files that a profile is held against, and what the portal says of them."""

    file: bytes
    verdicts: list[bool]
    good: bytes

    def outcome(self, profile: object = None) -> Outcome:
        ours = judged(self.file, profile)
        pairs = list(zip(ours, self.verdicts, strict=True))
        return Outcome(
            agreed=sum(mine == theirs for mine, theirs in pairs),
            rows=len(pairs),
            too_strict=sum(theirs and not mine for mine, theirs in pairs),
            too_lenient=sum(mine and not theirs for mine, theirs in pairs),
            good_refused=judged(self.good, profile).count(False),
        )

    def learned(self, learn: Learn, **evidence: object) -> Outcome:
        """What is made of the evidence; a failure agrees in nothing, and says why."""
        try:
            return self.outcome(learn(**evidence).profile)
        except Exception as fault:  # noqa: BLE001 - one portal's failure is a result, not an end
            rows = len(self.verdicts)
            return Outcome(0, rows, rows, 0, rows, f"{type(fault).__name__}: {fault}")


def measured(seed: int, *, hard: bool, lies: bool, learn: Learn | None = None) -> Measured:
    """One portal in the regimes asked for."""
    began = time.perf_counter()
    portal = Portal(seed, hard=hard)
    content = portal.file(_FRESH, fresh=True)
    fresh = _Fresh(content, portal.judge(content), portal.good_file(_FRESH_GOOD, fresh=True))
    learn = learn or learner()
    about = (seed, portal.describe(), portal.difficulties(), fresh.outcome())
    if learn is None:
        return Measured(*about, seconds=time.perf_counter() - began)
    template, accepted, sent = portal.template(), [portal.good_file(_ACCEPTED)], portal.file(_SENT)
    refused = [(sent, portal.report(sent))]
    with_lies = {}
    for lie in LIES if lies else ():
        false, taken, reported = told_with(
            portal, lie, template=template, accepted=accepted, refused=refused
        )
        with_lies[lie] = fresh.learned(learn, template=false, accepted=taken, refused=reported)
    return Measured(
        *about,
        learned=fresh.learned(learn, template=template, accepted=accepted, refused=refused),
        accepted_alone=fresh.learned(learn, accepted=accepted),
        with_lies=with_lies,
        seconds=time.perf_counter() - began,
    )


def _one(task: tuple[int, bool, bool]) -> Measured:
    seed, hard, lies = task
    return measured(seed, hard=hard, lies=lies)


def all_measured(seeds: Iterable[int], *, hard: bool, lies: bool, jobs: int = 1) -> list[Measured]:
    """All portals of those seeds, in so many processes."""
    tasks = [(seed, hard, lies) for seed in seeds]
    if jobs == 1:
        return [_one(task) for task in tasks]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(_one, tasks))


def told(results: list[Measured]) -> Iterator[str]:
    """The figures as lines of text."""
    yield f"{len(results)} portals, {sum(one.before.rows for one in results):,} fresh rows"
    yield _line("as assumed", [one.before for one in results])
    for said, outcomes in (
        ("template, accepted, report", [one.learned for one in results if one.learned]),
        ("accepted file alone", [one.accepted_alone for one in results if one.accepted_alone]),
    ):
        if outcomes:
            yield _line(said, outcomes)
    yield from _lies(results)
    yield ""
    yield from _by_kind("difference", results, lambda one: one.differences)
    yield from _by_kind("difficulty", results, lambda one: one.difficulties)
    yield "The worst five"
    for one in sorted(results, key=lambda one: (one.last.share, one.seed))[:5]:
        yield from _worst(one)
    seconds = sorted(one.seconds for one in results)
    yield f"Seconds a portal: {seconds[len(seconds) // 2]:.2f} as a rule, {seconds[-1]:.2f} at most"


def _line(said: str, outcomes: list[Outcome]) -> str:
    rows = sum(one.rows for one in outcomes)
    agreed = sum(one.agreed for one in outcomes)
    strict = sum(one.too_strict for one in outcomes)
    lenient = sum(one.too_lenient for one in outcomes)
    refusing = sum(one.good_refused > 0 for one in outcomes)
    failed = sum(bool(one.failure) for one in outcomes)
    return (
        f"{said:<40} {agreed / rows:8.4%} agreed, {strict:,} too strict, {lenient:,} too lenient, "
        f"{refusing} portals refuse a good file" + (f", {failed} failed" if failed else "")
    )


def _lies(results: list[Measured]) -> Iterator[str]:
    """A lie hurts where agreement falls or a good file is refused that was taken without it."""
    for lie in LIES:
        pairs = [(one.last, one.with_lies[lie], one.seed) for one in results if one.with_lies]
        if not pairs:
            return
        yield _line(lie, [told for _, told, _ in pairs])
        fell = [seed for true, told, seed in pairs if told.share < true.share - _TOLERANCE]
        stricter = [seed for true, told, seed in pairs if told.too_strict > true.too_strict]
        refused = [seed for true, told, seed in pairs if told.good_refused > true.good_refused]
        for said, seeds in (
            ("agreement falls", fell),
            ("stricter than without it", stricter),
            ("good files refused by it", refused),
        ):
            yield f"    {said}: {len(seeds)} {_some(seeds)}".rstrip()


def _some(seeds: list[int]) -> str:
    return f"({', '.join(map(str, seeds[:8]))}{', …' if len(seeds) > 8 else ''})" if seeds else ""


def _by_kind(
    said: str, results: list[Measured], kinds: Callable[[Measured], list[str]]
) -> Iterator[str]:
    groups: dict[str, list[Measured]] = defaultdict(list)
    for one in results:
        for kind in kinds(one):
            groups[kind].append(one)
    if not groups:
        return
    yield f"{said:<48} portals   before    after"
    for kind, members in sorted(groups.items()):
        before = sum(one.before.agreed for one in members) / sum(o.before.rows for o in members)
        after = sum(one.last.agreed for one in members) / sum(o.last.rows for o in members)
        yield f"  {kind:<46} {len(members):7} {before:8.2%} {after:8.2%}"
    yield ""


def _worst(one: Measured) -> Iterator[str]:
    last = one.last
    yield (
        f"  {one.seed}: {last.share:.4%}, {last.too_strict} too strict, {last.too_lenient} "
        f"too lenient, {last.good_refused} good rows refused"
    )
    for said in (last.failure, "; ".join(one.differences), "; ".join(one.difficulties)):
        if said:
            yield f"      {said}"
