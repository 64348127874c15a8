"""How well a learned profile judges as the portal does: the only module that knows the toolkit.

Regimes: (a) a template, one accepted file and one error report of 600 rows; (b) one accepted file
alone; (c) the first with a source that lies; (d) the first with the data dictionary and the help
page. A fresh file, of another district, is judged by the portal, by the assumed profile (before)
and by the learned one (after).
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import roster_toolkit as rt

from .handouts import FORMS
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
    with_papers: Outcome | None = None
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
    if review.verdict.value == "rejected":
        return [False] * height
    refused = set((review.rejected_rows - review.upload.first_row).to_list())
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

    def learned(self, learn: Learn, without: Outcome | None = None, **evidence: object) -> Outcome:
        """What is made of the evidence; a failure agrees in nothing, and says why.

        A lie that is noticed changes nothing: what was known without it holds.
        """
        try:
            return self.outcome(learn(**evidence).profile)
        except Exception as fault:  # noqa: BLE001 - one portal's failure is a result, not an end
            if without is not None and isinstance(fault, rt.ToolkitError):
                return without
            rows = len(self.verdicts)
            return Outcome(0, rows, rows, 0, rows, f"{type(fault).__name__}: {fault}")


@dataclass(frozen=True)
class _Evidence:
    """What a customer of the portal holds."""

    template: bytes
    accepted: list[bytes]
    refused: list[tuple[bytes, bytes]]

    @property
    def sources(self) -> dict[str, Any]:
        return {"template": self.template, "accepted": self.accepted, "refused": self.refused}


def _evidence(portal: Portal, rows: int) -> _Evidence:
    sent = portal.file(_SENT, rows)
    report = portal.report(sent)
    return _Evidence(portal.template(), [portal.good_file(_ACCEPTED, rows)], [(sent, report)])


def _fresh(portal: Portal, rows: int) -> _Fresh:
    content = portal.file(_FRESH, rows, fresh=True)
    good = portal.good_file(_FRESH_GOOD, rows, fresh=True)
    return _Fresh(content, portal.judge(content), good)


def _papers(portal: Portal) -> dict[str, Any]:
    form = FORMS[portal.seed % len(FORMS)]
    return {"dictionary": portal.dictionary(form), "help_page": portal.help_page()}


def measured(
    seed: int,
    *,
    hard: bool,
    held_out: bool = False,
    lies: bool = False,
    papers: bool = False,
    rows: int = 600,
    learn: Learn | None = None,
) -> Measured:
    """One portal in the regimes asked for."""
    began = time.perf_counter()
    portal = Portal(seed, hard=hard, held_out=held_out)
    fresh = _fresh(portal, rows)
    learn = learn or learner()
    about = (seed, portal.describe(), portal.difficulties(), fresh.outcome())
    if learn is None:
        return Measured(*about, seconds=time.perf_counter() - began)
    true = _evidence(portal, rows)
    learned = fresh.learned(learn, **true.sources)
    with_lies = {}
    for lie in LIES if lies else ():
        template, accepted, refused = told_with(portal, lie, **true.sources, rows=rows)
        told_false = _Evidence(template, accepted, refused)
        with_lies[lie] = fresh.learned(learn, learned, **told_false.sources)
    with_papers = fresh.learned(learn, **true.sources, **_papers(portal)) if papers else None
    return Measured(
        *about,
        learned=learned,
        accepted_alone=fresh.learned(learn, accepted=true.accepted),
        with_papers=with_papers,
        with_lies=with_lies,
        seconds=time.perf_counter() - began,
    )


def all_measured(
    seeds: Iterable[int],
    *,
    jobs: int = 1,
    hard: bool,
    held_out: bool,
    lies: bool,
    papers: bool,
) -> list[Measured]:
    """All portals of those seeds, in so many processes."""
    one = partial(measured, hard=hard, held_out=held_out, lies=lies, papers=papers)
    if jobs == 1:
        return list(map(one, seeds))
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(one, seeds))


def explained(
    seed: int, *, hard: bool, held_out: bool = False, learn: Learn | None = None
) -> Iterator[str]:
    """One portal's dictionary, and where the profile learned from (a) judges otherwise, and why."""
    portal = Portal(seed, hard=hard, held_out=held_out)
    yield from _described(portal)
    fresh = _fresh(portal, 600)
    learn = learn or learner()
    profile = learn(**_evidence(portal, 600).sources).profile if learn else None
    for said, content in (("file with faults", fresh.file), ("good file", fresh.good)):
        yield f"Fresh {said}, what is judged otherwise:"
        yield from _disagreements(portal, content, profile)


def _described(portal: Portal) -> Iterator[str]:
    yield repr(portal)
    yield f"  {portal.layout}"
    yield f"  texts: {portal.wording.style}, {portal.language}"
    for column in portal.dialect.columns:
        needed = f"needed of {', '.join(sorted(column.needed))}" if column.needed else "free"
        values = f" | {', '.join(column.accepts)}" if column.accepts else ""
        yield f"  {column.name} ({column.ours or 'theirs'}): {needed}{values}"


def _disagreements(portal: Portal, content: bytes, profile: object) -> Iterator[str]:
    theirs: dict[int, set[str]] = defaultdict(set)
    for index, column, text in portal.complaints(content):
        theirs[index].add(f"{column}: {text}")
    review = rt.review(content, **({} if profile is None else {"profile": profile}))
    ours: dict[int, set[str]] = defaultdict(set)
    errors = review.findings.filter(review.findings["severity"] != "warning")
    for row, code, column in errors.select("row", "code", "column").rows():
        if row is not None:
            ours[row - review.upload.first_row].add(f"{code} {column}")
    if review.verdict.value == "rejected":
        yield f"  the whole file is refused: {review.sentence}"
        return
    counts: Counter[str] = Counter()
    pairs = zip(judged(content, profile), portal.judge(content), strict=True)
    for index, (mine, portals) in enumerate(pairs):
        if mine and not portals:
            counts.update(f"too lenient: {said}" for said in theirs[index])
        if portals and not mine:
            counts.update(f"too strict: {said}" for said in ours[index])
    yield from (f"  {count:4} {said}" for said, count in counts.most_common(20))


def told(results: list[Measured]) -> Iterator[str]:
    """The figures as lines of text."""
    yield f"{len(results)} portals, {sum(one.before.rows for one in results):,} fresh rows"
    yield _line("as assumed", [one.before for one in results])
    for said, outcomes in (
        ("template, accepted, report", [one.learned for one in results if one.learned]),
        ("accepted file alone", [one.accepted_alone for one in results if one.accepted_alone]),
        ("with dictionary and help page", [one.with_papers for one in results if one.with_papers]),
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
