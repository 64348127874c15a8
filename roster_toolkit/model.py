"""The records that the whole toolkit speaks in: data dictionary, rules, uploads.

They are frozen, know nothing of files or engines, and import nothing heavy, so that the command
line can answer `--help` without loading Polars.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from roster_toolkit.display import Shown

if TYPE_CHECKING:
    import polars as pl


class Severity(StrEnum):
    """What a finding does to the upload, worst first.

    >>> [severity.value for severity in rt.Severity if severity.refuses]
    ['blocker', 'error']
    """

    BLOCKER = "blocker"
    """The file is refused, every record with it."""
    ERROR = "error"
    """The row is refused."""
    WARNING = "warning"
    """The row is taken; probably not what was meant."""
    INFO = "info"
    """Worth knowing."""

    @property
    def refuses(self) -> bool:
        """True where the finding keeps a row out of the roster."""
        return self in (Severity.BLOCKER, Severity.ERROR)

    @property
    def rank(self) -> int:
        """Place in the order of gravity, 0 for the worst."""
        return list(Severity).index(self)


class Evidence(StrEnum):
    """How a fact about the portal is known.

    >>> [mark.value for mark in rt.Evidence]
    ['confirmed', 'inferred', 'assumed']
    """

    CONFIRMED = "confirmed"
    """Read in the vendor's help articles."""
    INFERRED = "inferred"
    """Follows from confirmed facts."""
    ASSUMED = "assumed"
    """Ours; the vendor's data dictionary is not public."""


class Fix(StrEnum):
    """How sure a repair is.

    >>> [fix.value for fix in rt.catalogue()["RT102"].fixes]
    ['safe', 'confirm']
    """

    SAFE = "safe"
    """Loses nothing; the person would surely have typed this."""
    CONFIRM = "confirm"
    """Likely, but a person must say yes."""


class Entity(StrEnum):
    """What a column is a fact of."""

    ROW = "row"
    SCHOOL = "school"
    PERSON = "person"
    CLASS = "class"
    ENROLLMENT = "enrollment"


class HeaderNeed(StrEnum):
    """Whether a header must stand in the file."""

    REQUIRED = "required"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"


class Requirement(StrEnum):
    """When a cell must be filled, and for whom it must stay blank."""

    REQUIRED = "required"
    """In every row."""
    OPTIONAL = "optional"
    """Never."""
    STUDENTS = "students"
    """For students; blank for staff."""
    STAFF = "staff"
    """Optional for staff; a student may not say yes."""
    CLASS_KEY = "class-key"
    """As soon as any other class cell is filled."""
    WITH_CLASS = "with-class"
    """Together with the class key, except in a removal."""


class Effect(StrEnum):
    """What an accepted action does to the roster."""

    REMOVE_CLASS = "remove-class"
    REMOVE_USER = "remove-user"
    REMOVE_ENROLLMENT = "remove-enrollment"


class Part(StrEnum):
    """Which people a download of current data holds.

    >>> [part.value for part in rt.Part]
    ['all', 'students', 'staff', 'admins']
    """

    ALL = "all"
    STUDENTS = "students"
    STAFF = "staff"
    ADMINS = "admins"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(_Record):
    """The form that the values of some columns share, such as an e-mail address."""

    title: str
    pattern: str | None = None
    """Regular expression that a cleaned value must match as a whole."""
    plain: str | None = None
    """Narrower expression: what it matches needs no closer look (speed only, never a verdict)."""
    forbidden_domains: tuple[str, ...] = ()
    """Beginnings of a domain that the portal refuses."""
    suspicious: str | None = None
    """Regular expression of values that are taken but should not be used."""
    names: Entity | None = None
    """Whose names the values are: a person's or a class's; None where they are no names."""
    digits_kept: int | None = None
    """Digits of a long number that a spreadsheet keeps, where values may be such numbers."""
    evidence: Evidence = Evidence.ASSUMED


class Vocabulary(_Record):
    """A closed list of accepted values, and what other spellings of them mean."""

    accepts: tuple[str, ...]
    means: Mapping[str, str] = Field(default_factory=dict)
    """Accepted value → what it does: `student`/`staff`, `yes`/`no`, or an `Effect`."""
    safe: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Accepted value → other spellings (lower case) that can mean nothing else."""
    likely: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Accepted value → other spellings (lower case) that probably mean it."""
    evidence: Evidence = Evidence.ASSUMED

    def meaning(self, *wanted: str) -> tuple[str, ...]:
        """Accepted values that mean one of `wanted`."""
        return tuple(v for v in self.accepts if self.means.get(v) in wanted)


class Column(_Record):
    """One column of users.csv: an entry of the data dictionary."""

    key: str
    """The name the toolkit knows it by; the same in every profile."""
    name: str
    """The header as it must stand in the file."""
    about: Entity
    header: HeaderNeed
    requirement: Requirement
    kind: str = "text"
    vocabulary: str | None = None
    """Name of the list its values must come from, where `kind` is `choice`."""
    identifies: Entity | None = None
    """Set where the column is the key of a school, person or class."""
    unique_to_person: bool = False
    """Two people should not share a value (a secondary ID)."""
    category: str
    """The error category under which the portal reports it."""
    description: str
    aliases: tuple[str, ...] = ()
    """Other names it is seen under: they make a message better, not a header valid."""
    evidence: Mapping[str, Evidence]
    """How `name`, `values` and `requirement` are known."""
    note: str = ""


class Season(_Record):
    """Shares of a school's records of one kind above which a change is a mass change."""

    title: str
    created: float | None = None
    updated: float | None = None
    removed: float | None = None


class RuleSetting(_Record):
    """What a profile changes about a rule."""

    enabled: bool = True
    severity: Severity | None = None


class OneRoster(_Record):
    """What the records of OneRoster files are called here."""

    roles: Mapping[str, str] = Field(default_factory=dict)
    """A role of OneRoster, in any letter case → an accepted value of `userRole`."""
    left_out: tuple[str, ...] = ()
    """Roles of people who belong to no roster."""
    assistants: tuple[str, ...] = ()
    """Roles that students have too: they make nobody staff who is a student besides."""
    fields: Mapping[str, str] = Field(default_factory=dict)
    """Key of a column about a person → field of users.csv."""
    state_ids: tuple[str, ...] = ()
    """Types under which `userIds` holds the state's ID, in any letter case."""


class Profile(Shown, _Record):
    """Every fact about one kind of upload that a customer may have to correct.

    >>> review.profile.columns["userGrade"].requirement.value
    'students'
    >>> review.profile.values_meaning("userRole", "student")
    ('Student',)
    """

    name: str
    title: str
    version: str
    summary: str
    accepts_people: tuple[str, ...] = ("student", "staff")
    """Which kinds of person the upload may bring."""
    on_error: str
    """`row`: good rows are taken beside refused ones; `file`: one error refuses all."""
    blank_keeps: bool
    """Whether a blank optional cell keeps what the roster has."""
    parts: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """A `Part` that no meaning of a role tells → the accepted roles of its people."""
    template_rows: tuple[Mapping[str, str], ...] = ()
    """Example rows of the template, by column key."""
    thresholds: Mapping[str, int]
    words: Mapping[str, tuple[str, ...]]
    """Word lists and expressions: placeholders, spreadsheet damage, months."""
    other_formats: Mapping[str, tuple[str, ...]]
    """Format → headers by which a file of that format is known."""
    oneroster: OneRoster = Field(default_factory=OneRoster)
    """How OneRoster files are read."""
    evidence: Mapping[str, Evidence]
    """How the settings above are known."""
    kinds: Mapping[str, Kind]
    vocabularies: Mapping[str, Vocabulary]
    columns: Mapping[str, Column]
    """By key, in the order of the template."""
    seasons: Mapping[str, Season]
    rules: Mapping[str, RuleSetting] = Field(default_factory=dict)
    sha256: str = ""
    """Digest of the merged profile, for the run record."""
    file: str = ""
    """The name of the file that it was read from, for sentences about it."""

    def about(self, *subjects: Entity) -> tuple[Column, ...]:
        """Columns that are facts of one of `subjects`, in file order."""
        return tuple(c for c in self.columns.values() if c.about in subjects)

    def needing(self, requirement: Requirement) -> tuple[Column, ...]:
        """Columns with this requirement, in file order."""
        return tuple(c for c in self.columns.values() if c.requirement is requirement)

    def vocabulary_of(self, column: Column) -> Vocabulary | None:
        """The closed list of a column, if it has one."""
        return self.vocabularies[column.vocabulary] if column.vocabulary else None

    def values_meaning(self, key: str, *wanted: str) -> tuple[str, ...]:
        """Accepted values of column `key` that mean one of `wanted`; empty if it has none."""
        vocabulary = self.vocabulary_of(self.columns[key])
        return vocabulary.meaning(*wanted) if vocabulary else ()

    def patterns(self, name: str) -> tuple[str, ...]:
        """A list of expressions in `words`, each month filled in for `MONTH` and `Month`."""
        months = [month for words in self.words.get("months", ()) for month in words.split()]
        any_case = f"(?i:{'|'.join(months)})"
        usual = f"(?:{'|'.join([*months, *map(str.title, months)])})"
        return tuple(
            pattern.replace("MONTH", any_case).replace("Month", usual)
            for pattern in self.words.get(name, ())
        )

    def examples(self, key: str) -> tuple[str, ...]:
        """Values of column `key` to show: those of the template's rows, else accepted ones."""
        shown = dict.fromkeys(row[key] for row in self.template_rows if row.get(key))
        vocabulary = self.vocabulary_of(self.columns[key])
        return tuple(shown) or (vocabulary.accepts[:1] if vocabulary else ())

    @property
    def removals(self) -> tuple[str, ...]:
        """Accepted actions that take something out of the roster."""
        return self.values_meaning("action", *Effect)


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
    PEOPLE_TOGETHER = "all people of the file against the roster"
    """How many of the people in the file the roster knows at all."""
    IMPORTED_PARTS = "parts of an import"
    """What current data hold of each part of a roster, before they are imported."""
    IMPORTED_SCHOOLS = "schools of an import"
    """Each school that current data name, before they are imported."""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """The sentences of a rule."""

    title: str
    message: str
    how_to_fix: str
    many: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Rule(Shown):
    """One rule of the catalogue: its facts, its words, its proof, and the function that judges.

    >>> rule = review.rules["RT302"]
    >>> rule.title
    'One e-mail address belongs to several people'
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
    judge: Callable[..., Any] = field(repr=False)
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
    column: str | None = None
    """Key of the column concerned, where it is always the same."""
    category: str | None = None
    """Error category, where it is neither that of the column nor `file`."""
    fixes: tuple[Fix, ...] = ()
    suggest: Callable[..., Any] | None = field(default=None, repr=False)
    """(column, profile) → expression of the likely value, for rules over cells."""
    supersedes: tuple[str, ...] = ()
    """Codes that are not reported where this rule has spoken about the same cell."""
    cause_by_value: bool = False
    """Whether one correction clears a value (an address) rather than a person or class."""
    on_every_row: bool = False
    """Whether the finding stands on each row concerned although it refuses none."""
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

    def words_in(self, column: str | None) -> RuleWords:
        """The sentences for findings in a column."""
        usual = RuleWords(self.title, self.message, self.how_to_fix, self.many)
        return self.in_column.get(column or "", usual)


#: What the writer of the error file adds to the customer's columns, and the reader takes off again.
ERROR_FILE_COLUMNS = ("row", "errors", "how to fix")
#: The `row` of the record that holds the faults of the header and of the file as a whole.
ERROR_FILE_MARK = "file"
#: What stands there in place of a cell that a record was too short to have.
NO_CELL = "(no cell)"
#: The sheet of the error file as a workbook that holds its rows.
ERROR_FILE_SHEET = "rows"


class HeaderMatch(StrEnum):
    """How sure it is what a header of the file means."""

    EXACT = "exact"
    CASE = "case"
    """Right but for letter case or surrounding space."""
    ALIAS = "alias"
    """Another known name of the column."""
    LIKELY = "likely"
    """Resembles a column that is missing; too uncertain to judge its cells."""
    UNKNOWN = "unknown"
    REPEATED = "repeated"
    """The same column stands in the file more than once."""


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """One header as it was typed, and what it means."""

    typed: str
    match: HeaderMatch
    key: str | None
    """Key of the column that it means or resembles; None if unknown."""

    @property
    def certain(self) -> bool:
        """True where the cells beneath may be judged."""
        return self.match in (HeaderMatch.EXACT, HeaderMatch.CASE, HeaderMatch.ALIAS)


class Obstacle(StrEnum):
    """Why a file cannot be read as a table of records at all, or not to its end."""

    EMPTY = "empty"
    HEADER_ALONE = "header-alone"
    WORKBOOK = "workbook"
    ARCHIVE = "archive"
    IMAGE = "image"
    PDF = "pdf"
    WEB_PAGE = "web-page"
    BINARY = "binary"
    UNDECODABLE = "undecodable"
    UNCLOSED_QUOTE = "unclosed-quote"
    OTHER_FORMAT = "other-format"


class Remark(StrEnum):
    """What a line says that speaks of the file and not of a person."""

    HEADER = "the header again"
    GLUED = "a record and the header behind it, without a line end between"
    TOTAL = "a total, a count or a footer"
    HINTS = "hints on what belongs into the columns"


def _no_remarks() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema={"index": pl.UInt32, "kind": pl.String})


def _no_indices() -> pl.Series:
    import polars as pl

    return pl.Series("index", dtype=pl.UInt32)


@dataclass(frozen=True, repr=False)
class Upload(Shown):
    """A file as it was read: every record as text cells, with the facts that file rules judge.

    Record `i` of `cells` (0-based) is spreadsheet row `first_row + i`; blank and ragged records
    keep their place, so a row number is never adjusted. Cells are as typed, untrimmed, never null.

    >>> (review.upload.name, review.upload.records, review.upload.encoding)
    ('users.csv', 3101, 'utf-8')
    """

    name: str
    sha256: str
    size: int
    """Bytes."""
    encoding: str
    """`utf-8`, `utf-8-sig`, `utf-16`, `windows-1252`, `macroman`, `cp437` or `cp850`."""
    delimiter: str
    header: tuple[HeaderCell, ...]
    """In file order; position `j` is column `cells.columns[j]`."""
    first_row: int
    """Spreadsheet row of the first record (header row + 1)."""
    cells: pl.DataFrame
    """All text. Named by column key where the meaning is certain, else `#` and the position."""
    blank: pl.Series
    """UInt32 indices of records without any content, ascending."""
    ragged: pl.DataFrame
    """`index` UInt32, `found` UInt32: records with another number of cells than headers; their
    cells are padded with blanks or cut in `cells`."""
    surplus: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Index of a record with too many cells → the cells that have no header."""
    obstacle: Obstacle | None = None
    obstacle_detail: str = ""
    """What the obstacle is, in a few words: `an Excel workbook (.xlsx)`, `OneRoster users.csv`."""
    obstacle_row: int | None = None
    """Spreadsheet row where it stands (an unclosed quote)."""
    foreign: pl.DataFrame | None = None
    """`index`, `column`, `value`: cells to look at after a guess at the encoding, 20 at most."""
    is_error_file: bool = False
    """The toolkit's own error file, handed in again: what the writer added is taken off."""
    above: int = 0
    """Records above the header, blank ones included."""
    people_above: bool = False
    """Whether one of them seems to be a person."""
    quoted_lines: bool = False
    """Whether the header, or every line, was quoted as a whole; these quotes were not read."""
    overhang: pl.Series = field(default_factory=_no_indices)
    """UInt32 indices of ragged records that differ by blank cells without a header only."""
    remarks: pl.DataFrame = field(default_factory=_no_remarks)
    """`index` UInt32, `kind` (a `Remark`): records that speak of the file, not of a person."""
    lacks_header: bool = False
    """Whether the first line seems to be a person, and `header` its cells."""
    nameless: tuple[int, ...] = ()
    """Positions of last columns that have neither a name nor any content."""
    index_column: int | None = None
    """Position of a nameless column that counts the rows, as programs write it in front."""

    @property
    def records(self) -> int:
        """Number of records that are not blank."""
        return self.cells.height - self.blank.len()

    @property
    def misshapen(self) -> pl.DataFrame:
        """`ragged` without those that differ by blank cells only and those that are no record."""
        index = self.ragged["index"]
        if index.is_empty():
            return self.ragged
        harmless = index.is_in(self.overhang.implode()) | index.is_in(
            self.remarks["index"].implode()
        )
        return self.ragged.filter(~harmless)

    @property
    def hanging_over(self) -> int:
        """How many records have blank cells behind the last header, and nothing else besides."""
        long = self.ragged.filter(self.ragged["found"] > len(self.header))["index"]
        return int(long.is_in(self.overhang.implode()).sum())

    @property
    def unjudged(self) -> pl.Series:
        """UInt32 indices of records that no rule judges, blank ones aside."""
        index = self.remarks["index"]
        return self.misshapen["index"].cast(index.dtype).append(index)

    def row(self, index: int) -> int:
        """Spreadsheet row of record `index`."""
        return self.first_row + index
