"""RT3xx: the rows of one file, compared with each other.

A finding that rejects rows stands on each of them; one that rejects nothing is about the person,
class or ID as a whole and stands on no row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from roster_toolkit.model import GroupJudgement, Rule, Scope
from roster_toolkit.records import View
from roster_toolkit.rosters.class_lists import CLASS_ID, COLUMNS_OF_COUNT, class_lists
from roster_toolkit.rosters.roster import Roster
from roster_toolkit.rules.judgement import count_fault, group_judgements
from roster_toolkit.streaming import collected
from roster_toolkit.validate.rows import as_faults
from roster_toolkit.validate.run import NO_TEXT, Run

_VOTES = ~pl.col("removes") & (pl.col("group") != "")


def judge_together(run: Run, roster: Roster | None = None) -> None:
    """Judge people, classes and IDs by comparison with those that share a value with them."""
    for rule in run.rules_over(Scope.PEOPLE, Scope.CLASSES, Scope.IDENTIFIERS):
        groups = run.guarded(rule, lambda: group_judgements(rule, run.profile))  # noqa: B023
        compared: dict[str, set[str]] = {}
        for group in (groups or {}).values():
            compared.setdefault(str(group.by), set()).add(group.differ)
        shared: dict[str, _Sharing] = {}
        at_fault: dict[str, pl.DataFrame] = {}
        for key, judged in (groups or {}).items():
            view = _view(run, rule, key)
            if rule.scope is Scope.CLASSES:
                view = _with_known_schools(view, roster)
            group = _judgeable(run, judged, view)
            absent = {name for name in _needs(run, group) | {key} if name not in view.columns}
            if not absent:
                columns = compared[str(group.by)].intersection(view.columns)
                found = run.guarded(
                    rule,
                    lambda: _compare(run, rule, key, group, _sharing(shared, group, view, columns)),  # noqa: B023
                )
                if found is not None:
                    at_fault[key] = found
            elif absent & set(run.records.missing):
                run.skip(rule, absent)
        _blank_out_faulty_ids(run, rule, at_fault)


def _judgeable(run: Run, group: GroupJudgement, view: View) -> GroupJudgement:
    """The group, with its fallback predicate where the file lacks a column that it needs."""
    absent = {name for name in _needs(run, group) if name not in view.columns}
    if absent and group.otherwise is not None:
        return replace(group, fault=group.otherwise)
    return group


def _with_known_schools(view: View, roster: Roster | None) -> View:
    """The view, minus unknown schools that the district's own schools outvote within a class.

    Such an unknown school is a finding of RT401, not a contradiction within the class.
    """
    named = {"schoolId", "classId"} <= set(view.columns)
    if roster is None or not roster.school_list or not named:
        return view
    school, voting = pl.col("schoolId"), ~pl.col("removes") & (pl.col("classId") != "")
    unknown = voting & (school != "") & ~school.is_in(roster.schools["schoolId"].implode())
    odd = view.variants.filter(unknown)
    if odd.is_empty():
        return view
    votes = (
        view.variants.filter(voting, school != "")
        .join(odd.select("classId").unique(), on="classId", how="semi")
        .group_by("classId", "schoolId", unknown=unknown)
        .agg(votes=pl.col("rows").sum())
    )
    most = pl.col("votes").filter(~pl.col("unknown")).max().over("classId")
    fewer = votes.filter("unknown", pl.col("votes") < most).select("classId", "schoolId")
    outvoted = odd.join(fewer, on=["classId", "schoolId"], how="semi")["key"]
    cell = pl.when(~pl.col("key").is_in(outvoted.implode())).then(school).alias("schoolId")
    return replace(view, variants=view.variants.with_columns(cell))


def _blank_out_faulty_ids(run: Run, rule: Rule, at_fault: Mapping[str, pl.DataFrame]) -> None:
    """Blank out the IDs of people or classes that a rule rejects.

    Otherwise later rules would take them for other people or classes.
    """
    if not rule.severity.rejects or rule.scope is Scope.IDENTIFIERS:
        return
    for key, faulty in at_fault.items():
        view = _view(run, rule, key).name
        if run.profile.key_of(view) == key and not faulty.is_empty():
            run.blank_out(key, pl.col("key").is_in(faulty["key"].implode()), view)


def _view(run: Run, rule: Rule, key: str) -> View:
    """The view of a rule's subjects."""
    return run.records.judged_in(rule.scope, key)


def _needs(run: Run, group: GroupJudgement) -> set[str]:
    roots = {*group.by.meta.root_names(), *group.fault.meta.root_names(), group.differ}
    return {name for name in roots if name in run.column_numbers}


def _compare(
    run: Run, rule: Rule, key: str, group: GroupJudgement, sharing: _Sharing
) -> pl.DataFrame:
    """The variants of a view at fault: they share `group.by` with others and differ."""
    view = _view(run, rule, key)
    rivals = sharing.differing(group.differ)
    if rivals.is_empty():
        return rivals
    likely = group.suggestion if group.suggestion is not None else NO_TEXT
    at_fault = rivals.with_columns(fault=group.fault, likely=likely).filter("fault")
    if at_fault.is_empty():
        return at_fault
    if rule.severity.rejects:
        faults = as_faults(run, rule, key, at_fault).with_columns(suggestion=at_fault["likely"])
        if rule.cause_by_value and key == rule.column:
            faults = faults.with_columns(parent=at_fault["group"])
        run.add_faults(view.name, faults, key)
    else:
        named = group.value if group.value is not None else pl.col(key).min()
        _add_whole_subject_findings(
            run, rule, key, at_fault.group_by("group").agg(value=named)["value"]
        )
    return at_fault


def _sharing(
    shared: dict[str, _Sharing], group: GroupJudgement, view: View, columns: Collection[str]
) -> _Sharing:
    """The variants that share `group.by`, computed once for all columns that a rule compares."""
    by = str(group.by)
    if by not in shared:
        shared[by] = _Sharing.of(group.by, view, columns)
    return shared[by]


@dataclass(frozen=True)
class _Sharing:
    """Variants of a view that share a value, their `group`, with another one.

    Most variants share it with none, and most of the others agree, so hashes select the few
    candidates. Different hashes mean different strings: a collision cannot make a finding.
    """

    rivals: pl.DataFrame
    """The variants whose group states two values of some column, with `group` and its hash `at`."""
    differs: pl.DataFrame
    """`at` of their groups and, per column, whether the voters state two values of it or more."""

    @classmethod
    def of(cls, by: pl.Expr, view: View, columns: Collection[str]) -> _Sharing:
        """Group variants by what they share; removals and blank values have no vote.

        `columns` are those that the rule compares. Only their hashes are aggregated: most variants
        differ from none, and strings are expensive to copy.
        """
        variants = view.variants
        shared = variants.lazy().select("removes", group=by)
        hashed = shared.select(at=pl.when(_VOTES).then(pl.col("group").hash()))
        at = collected(hashed, variants.height)["at"]
        ordered = at.sort()
        following = ordered.slice(1)
        twice = following.filter(following == ordered.head(following.len()))
        if twice.is_empty():
            return cls(variants.clear(), pl.DataFrame())
        shares = at.is_in(twice.implode()).fill_null(value=False)
        stated = {key: pl.when(pl.col(key) != "").then(pl.col(key).hash()) for key in columns}
        compared = (
            variants.lazy()
            .filter(shares)
            .select(at.filter(shares), **stated)
            .group_by("at")
            .agg((pl.col(key).min() != pl.col(key).max()).fill_null(value=False) for key in stated)
            .filter(pl.any_horizontal(columns))
        )
        differs = collected(compared, variants.height)
        if differs.is_empty():
            return cls(variants.clear(), differs)
        rival = at.is_in(differs["at"].implode()).fill_null(value=False)
        return cls(variants.filter(rival).with_columns(at.filter(rival), group=by), differs)

    def differing(self, column: str) -> pl.DataFrame:
        """The variants whose group states two values of `column` or more, with their `group`."""
        if self.rivals.is_empty():
            return self.rivals
        groups = self.differs.filter(column)["at"]
        return self.rivals.filter(pl.col("at").is_in(groups.implode()))


def _add_whole_subject_findings(run: Run, rule: Rule, key: str, values: pl.Series) -> None:
    """One finding for each person, class or ID as a whole, on no row."""
    frame = pl.DataFrame({"value": values}).with_columns(
        column=pl.lit(run.column_numbers[key]),
        parent=NO_TEXT if rule.cause_by_value else pl.col("value"),
    )
    run.add_findings(rule, frame)


def judge_enrollments(run: Run) -> None:
    """RT301: candidates by hash, judged on the strings themselves."""
    keys = run.profile.record_key
    for rule in run.rules_over(Scope.ENROLLMENTS):
        absent = set(keys) - set(run.records.present)
        if absent:
            run.skip(rule, absent)
            continue
        pairs = _repeated_pairs(run, keys) if len(keys) > 1 else _repeated_statements(run, *keys)
        repeats = run.guarded(rule, lambda: pairs.filter(count_fault(rule, run.profile)))  # noqa: B023
        if repeats is not None and not repeats.is_empty():
            run.add_findings(
                rule,
                repeats.select(
                    row=pl.col("index") + run.upload.first_row,
                    column=pl.lit(run.column_numbers[keys[-1]]),
                    value=keys[-1],
                    safe=pl.lit(value=True),
                    parent=keys[-1],
                ),
            )


def _repeated_statements(run: Run, key: str) -> pl.DataFrame:
    """`index` and the key of rows that say of the record all that another one says.

    Rows with one key that differ are a contradiction, which is RT303.
    """
    view = run.records.home(key)
    shared = view.variants.filter(~pl.col("removes"), pl.col(key) != "")
    shared = shared.filter(pl.col(key).is_duplicated() | (pl.col("rows") > 1))
    # A cell in error is null by now, whatever was typed: statements that have one differ.
    wrong = pl.when(pl.any_horizontal(pl.col(view.columns).is_null())).then("key")
    named = shared.select("key", *view.columns, wrong=wrong)
    rows = run.records.rows.select("index", key=view.name).join(named, on="key").drop("key")
    return rows.filter(pl.struct(*view.columns, "wrong").is_duplicated()).select("index", key)


def _repeated_pairs(run: Run, keys: Sequence[str]) -> pl.DataFrame:
    """`index` and the keys of rows that share them all with another, as person and class."""
    rows = run.records.rows
    hashes = _hashed(run, keys[0], 1)
    for seed, key in enumerate(keys[1:], 2):
        hashes += _hashed(run, key, seed)
    if hashes.len() != rows.height:
        hashes = hashes.gather(rows["index"])
    ordered = hashes.sort()
    twice = ordered.filter(ordered == ordered.shift(1)).unique()
    candidates = rows.filter(hashes.is_in(twice.implode()))
    for key in keys:
        view = run.records.home(key)
        of_view = ["removes"] if key == keys[0] else []
        named = view.variants.select(key, *of_view, **{view.name: "key"})
        candidates = candidates.join(named, on=view.name)
    filled = [pl.col(key) != "" for key in keys]
    return candidates.filter(~pl.col("removes"), *filled).select("index", *keys)


def _hashed(run: Run, key: str, seed: int) -> pl.Series:
    """Hashes of a column's cleaned cells; only cells that cleaning changes are hashed again."""
    cells, values = run.upload.cells[key], run.records.values[key]
    dirty = values.filter(pl.col("raw") != pl.col("value"))
    hashes = cells.hash(seed)
    if dirty.is_empty():
        return hashes
    places = cells.is_in(dirty["raw"].implode()).arg_true()
    cleaned = cells.gather(places).replace_strict(dirty["raw"], dirty["value"])
    return hashes.scatter(places, cleaned.hash(seed))


def judge_class_lists(run: Run, roster: Roster | None = None) -> None:
    """RT307 to RT310, on each class with those enrolled in it, in file and roster together."""
    missing = set(run.records.missing)
    rules = list(run.rules_over(Scope.CLASS_LISTS))
    lists = None if not rules or CLASS_ID in missing else class_lists(run.records, roster)
    for rule in rules:
        fault = run.guarded(rule, lambda: count_fault(rule, run.profile))  # noqa: B023
        if fault is None:
            continue
        needed = {column for count in fault.meta.root_names() for column in COLUMNS_OF_COUNT[count]}
        if lists is None or needed & missing:
            run.skip(rule, needed & missing)
            continue
        at_fault = run.guarded(rule, lambda: lists.filter(fault)[CLASS_ID])  # noqa: B023
        if at_fault is None or at_fault.is_empty():
            continue
        key = rule.column or CLASS_ID
        if rule.severity.rejects:
            variants = run.records.views["class"].variants
            concerned = variants.filter(pl.col(CLASS_ID).is_in(at_fault.implode()))
            run.add_faults("class", as_faults(run, rule, key, concerned), key)
        else:
            _add_whole_subject_findings(run, rule, key, at_fault)
