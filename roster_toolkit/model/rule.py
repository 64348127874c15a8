"""A rule of the catalogue as data: facts, words, proof, and the function that judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from roster_toolkit.display import Shown
from roster_toolkit.model.profile import Capability

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from roster_toolkit.model.judgement import Judge
    from roster_toolkit.model.profile import Column, Evidence, Profile, Severity


class Fix(StrEnum):
    """How sure a repair is.

    >>> [fix.value for fix in rt.catalogue()["RT102"].fixes]
    ['safe', 'confirm']
    """

    SAFE = "safe"
    """Loses nothing; the person would surely have typed this."""
    CONFIRM = "confirm"
    """Likely, but a person must say yes."""


class Scope(StrEnum):
    """What a rule ranges over: each distinct one is judged once, its rows are found afterwards."""

    FILE = "file"
    """The file as it was read: its form, its header."""
    CELL = "cell"
    """A distinct value of one column."""
    ROW = "row"
    """What a row says of itself: its action, school, role, flag."""
    PERSON = "person"
    """The facts of a person as one row states them."""
    CLASS = "class"
    """The facts of a class as one row states them, with its action."""
    RECORD = "record"
    """A whole record, cell beside cell."""
    PEOPLE = "people"
    """All people of the file together."""
    CLASSES = "classes"
    """All classes of the file together."""
    IDENTIFIERS = "identifiers"
    """All distinct IDs of one kind together."""
    ENROLLMENTS = "enrollments"
    """All pairs of person and class together."""
    CLASS_LISTS = "class lists"
    """Each class with those enrolled in it."""
    SCHOOLS_KNOWN = "schools against the roster"
    """Each school of the file beside the district's list."""
    PEOPLE_KNOWN = "people against the roster"
    """Each person of the file beside the roster's people."""
    CLASSES_KNOWN = "classes against the roster"
    """Each class of the file beside the roster's classes."""
    IDENTIFIERS_KNOWN = "IDs against the roster"
    """Each school, person and class of the file beside the roster's."""
    EDITS = "fields against the previous upload"
    """Each field of the file beside the roster's and the previous upload's."""
    REMOVED_CLASSES = "classes that the file removes"
    """Each class that would be removed, with the people it would lose."""
    LEFT_BEHIND = "people whom the file leaves behind"
    """Each school at which people stay although the file puts them elsewhere."""
    SCHOOL_TOTALS = "totals per school"
    """What would happen to each kind of record of each school."""
    PEOPLE_ENROLLED = "people beside those of users.csv and the roster"
    """Each person of a second file beside those whom users.csv or the roster enrolls."""
    PEOPLE_TOGETHER = "all people of the file against the roster"
    """How many of the people in the file the roster knows at all."""
    IMPORTED_PARTS = "parts of an import"
    """What current data hold of each part of a roster, before they are imported."""
    IMPORTED_SCHOOLS = "schools of an import"
    """Each school that current data name, before they are imported."""

    @property
    def against_roster(self) -> bool:
        """Whether such a subject is judged beside a roster, and by nothing that the file says."""
        return self in _AGAINST_ROSTER

    @property
    def capability(self) -> Capability | None:
        """What a file must be good for so that it has such a subject; None where any file has."""
        if self in _OF_IMPACT:
            return Capability.IMPACT
        return Capability.ROSTER if self.against_roster else None


_OF_IMPACT = frozenset({Scope.REMOVED_CLASSES, Scope.LEFT_BEHIND, Scope.SCHOOL_TOTALS})
_AGAINST_ROSTER = frozenset(
    {
        Scope.SCHOOLS_KNOWN,
        Scope.PEOPLE_KNOWN,
        Scope.CLASSES_KNOWN,
        Scope.IDENTIFIERS_KNOWN,
        Scope.EDITS,
        Scope.REMOVED_CLASSES,
        Scope.LEFT_BEHIND,
        Scope.SCHOOL_TOTALS,
        Scope.PEOPLE_ENROLLED,
        Scope.PEOPLE_TOGETHER,
        Scope.IMPORTED_PARTS,
        Scope.IMPORTED_SCHOOLS,
    }
)


Suggest: TypeAlias = "Callable[[Column, Profile], Mapping[Fix, pl.Expr]]"
"""The likely values of a column's cells, by how sure they are."""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """The sentences of a rule."""

    title: str
    message: str
    how_to_fix: str
    many: str = ""

    @property
    def names_value(self) -> bool:
        """Whether the message names the value at fault."""
        return "{value}" in self.message

    @property
    def counts_rows(self) -> bool:
        """Whether `many` speaks of rows, so that it serves for one member in several rows too."""
        return "{rows}" in self.many

    @property
    def names_stated(self) -> bool:
        """Whether the message names what all rows of the person or class state."""
        return "{stated}" in self.message


@dataclass(frozen=True, slots=True, repr=False)
class Rule(Shown):
    """One rule of the catalogue: its facts, its words, its proof, and the function that judges.

    >>> rule = review.rules["RT302"]
    >>> rule.title
    'Several people share one email address'
    """

    code: str
    name: str
    scope: Scope
    severity: Severity
    evidence: Evidence
    title: str
    """What is wrong, as a heading, without a value."""
    message: str
    """What is wrong with one cell or record; may hold `{value}`, `{suggestion}`, `{column}`, and
    `{stated}`, what all rows of the person or class say."""
    how_to_fix: str
    judge: Judge = field(repr=False)
    why: str = ""
    """The docstring of `judge`: why it matters."""
    message_if: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Expression that a value matches → what is wrong with it, where nothing is suggested."""
    many: str = ""
    """Several of it in one cause, as a heading: of `{n}` members or of `{rows}`, which also serves
    for one member in several rows; may hold `{column}`."""
    fix_many: str = ""
    """What to do about several at once, where it is not `how_to_fix`."""
    also_said: tuple[str, ...] = field(default=(), repr=False)
    """How other systems speak of it, for `explain`: kinds of wording; may hold `{column}`."""
    in_column: Mapping[str, RuleWords] = field(default_factory=dict)
    """The sentences for a column of which there is more to say, by its key."""
    others: RuleWords | None = field(default=None, repr=False)
    """The sentences for other files than users.csv; may hold `{one}` and `{many}`, what the records
    are called there, and `{file}`."""
    column: str | None = None
    """Key of the column concerned, where it is always the same."""
    needs: tuple[str, ...] = ()
    """Keys of the columns without which, in a profile, there is nothing to judge."""
    closed_list: bool = False
    """Whether the right value is one of a closed list, which `how_to_fix` names as `{accepts}`."""
    category: str | None = None
    """Error category, where it is neither that of the column nor `file`."""
    fixes: tuple[Fix, ...] = ()
    suggest: Suggest | None = field(default=None, repr=False)
    """(column, profile) → expression of the likely value, for rules over cells."""
    supersedes: tuple[str, ...] = ()
    """Codes that are not reported where this rule has spoken about the same cell."""
    cause_by_value: bool = False
    """Whether one correction clears a value (an address) rather than a person or class."""
    habit: bool = False
    """Whether a value that stands in several columns is a habit of the system that wrote the file,
    and so one thing to correct."""
    on_every_row: bool = False
    """Whether the finding stands on each row concerned although it rejects none."""
    said_first: bool = False
    """Whether it is said before everything else, whatever its severity."""
    last_throughout: bool = False
    """Whether it is said last in its severity where a whole column is so."""
    shown_with: str = "batch-upload"
    """Profile under which the examples are judged."""
    bad: Mapping[str, Sequence[str]] | bytes = field(default_factory=dict, repr=False)
    """Columns of a small file that the rule must find fault with, or the bytes of one."""
    good: Mapping[str, Sequence[str]] | bytes = field(default_factory=dict, repr=False)
    """The same, nearly, without the fault."""
    roster: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    """Columns of a download of current data that the examples are judged against."""
    previous: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    """Columns of the file that was uploaded before the examples."""

    @property
    def number(self) -> int:
        """The code without its letters, as frames hold it."""
        return int(self.code[2:])

    @property
    def against_roster(self) -> bool:
        """Whether the rule judges by a roster, not by the file alone."""
        return self.scope.against_roster

    @property
    def names_value(self) -> bool:
        """Whether the usual message names the value at fault."""
        return self.words_in(None).names_value

    def words_in(self, column: str | None) -> RuleWords:
        """The sentences for findings in a column."""
        usual = RuleWords(self.title, self.message, self.how_to_fix, self.many)
        return self.in_column.get(column or "", usual)
