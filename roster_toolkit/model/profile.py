"""A data dictionary as data: columns, what they accept, what is known of the portal and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from roster_toolkit.display import Shown
from roster_toolkit.model.record import Record
from roster_toolkit.model.requirement import Need, Requirement


class Severity(StrEnum):
    """What a finding does to the upload, worst first.

    >>> [severity.value for severity in rt.Severity if severity.rejects]
    ['blocker', 'error']
    """

    BLOCKER = "blocker"
    """The file is rejected, every record with it."""
    ERROR = "error"
    """The row is rejected."""
    WARNING = "warning"
    """The row is accepted; probably not what was meant."""
    INFO = "info"
    """Worth knowing."""

    @property
    def rejects(self) -> bool:
        """True where the finding keeps a row out of the roster."""
        return self in (Severity.BLOCKER, Severity.ERROR)

    @property
    def rank(self) -> int:
        """Place in the order of gravity, 0 for the worst."""
        return list(Severity).index(self)


class Evidence(StrEnum):
    """How a fact about the portal is known.

    >>> [mark.value for mark in rt.Evidence]
    ['confirmed', 'inferred', 'assumed', 'seen']
    """

    CONFIRMED = "confirmed"
    """Read in the vendor's help articles."""
    INFERRED = "inferred"
    """Follows from confirmed facts."""
    ASSUMED = "assumed"
    """Ours; the vendor's data dictionary is not public."""
    SEEN = "seen"
    """Learned from what the customer's portal handed out, took or reported."""


class Entity(StrEnum):
    """What a column of users.csv is a fact of; the profile of another file may name others."""

    ROW = "row"
    SCHOOL = "school"
    PERSON = "person"
    CLASS = "class"
    ENROLLMENT = "enrollment"


class Capability(StrEnum):
    """What can be done with a file besides judging it by itself."""

    ROSTER = "roster"
    """Its rows are judged beside a roster of schools, people, classes and enrollments."""
    IMPACT = "impact"
    """What it would do to that roster is foreseen."""
    PROCESSING = "processing"
    """The roster is kept as the file would leave it."""


class HeaderNeed(StrEnum):
    """Whether a header must stand in the file."""

    REQUIRED = "required"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"


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


@dataclass(frozen=True, kw_only=True)
class Seen(Record):
    """What a learned fact rests on."""

    file: str
    sha256: str
    date: str
    """The day on which it was learned, as in 2026-11-30."""
    rows: int
    """Rows of the file that speak for it."""


@dataclass(frozen=True, kw_only=True)
class Agreement(Record):
    """How often a profile has been held against what the portal did, and how well it held."""

    files: int
    rows: int
    """Rows of these files of which the portal's answer is known."""
    agreed: int
    """Those that this profile judges as the portal did."""
    last: str
    """The day of the last comparison."""


@dataclass(frozen=True, kw_only=True)
class Kind(Record):
    """The form that the values of some columns share, such as an email address."""

    title: str
    pattern: str | None = None
    """Regular expression that a cleaned value must match as a whole."""
    longest: int | None = None
    """Characters of a value, at most; None where there is no limit."""
    plain: str | None = None
    """Narrower expression: what it matches needs no closer look (speed only, never a verdict)."""
    forbidden_domains: tuple[str, ...] = ()
    """Beginnings of a domain that the portal rejects."""
    suspicious: str | None = None
    """Regular expression of values that are accepted but should not be used."""
    names: Entity | None = None
    """Whose names the values are: a person's or a class's; None where they are no names."""
    digits_kept: int | None = None
    """Digits of a long number that a spreadsheet keeps, where values may be such numbers."""
    evidence: Evidence = Evidence.ASSUMED


@dataclass(frozen=True, kw_only=True)
class Subject(Record):
    """A kind of record that rows speak of, by the columns that are facts of it (`about`).

    Its key is the column that `identifies` it, or the keys of the records that it joins.
    """

    one: str
    """What one is called in sentences: `person`."""
    many: str
    """What several are called: `people`."""
    joins: tuple[str, ...] = ()
    """The records of which each pair is one: an enrollment joins a person and a class."""
    includes: tuple[str, ...] = ()
    """What else is a fact of it, such as the school of a class; `row` for what a row says."""
    in_row: bool = False
    """Whether it is judged with the rest of the row, for it has no facts but its key."""


#: What the rows of users.csv speak of; the default of a profile that says nothing of it.
OF_USERS: Mapping[str, Subject] = {
    Entity.SCHOOL.value: Subject(one="school", many="schools", in_row=True),
    Entity.PERSON.value: Subject(one="person", many="people"),
    Entity.CLASS.value: Subject(
        one="class", many="classes", includes=(Entity.ROW.value, Entity.SCHOOL.value)
    ),
    Entity.ENROLLMENT.value: Subject(
        one="enrollment", many="enrollments", joins=(Entity.PERSON.value, Entity.CLASS.value)
    ),
}


@dataclass(frozen=True, kw_only=True)
class Vocabulary(Record):
    """A closed list of accepted values, and what other spellings of them mean."""

    accepts: tuple[str, ...]
    means: Mapping[str, str] = field(default_factory=dict)
    """Accepted value → what it does: `student`/`staff`, `yes`/`no`, or an `Effect`."""
    safe: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Accepted value → other spellings (lower case) that can mean nothing else."""
    likely: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Accepted value → other spellings (lower case) that probably mean it."""
    open: bool = False
    """Whether there may be more values than are known here: others are a warning, no error."""
    evidence: Evidence = Evidence.ASSUMED

    def meaning(self, *wanted: str) -> tuple[str, ...]:
        """Accepted values that mean one of `wanted`."""
        return tuple(v for v in self.accepts if self.means.get(v) in wanted)


@dataclass(frozen=True, kw_only=True)
class Column(Record):
    """One column of a file: an entry of the data dictionary.

    >>> review.profile.columns["userGrade"].name, review.profile.columns["userGrade"].assumed
    ('userGrade', True)
    """

    key: str
    """The name the toolkit knows it by; the same in every profile."""
    name: str
    """The header as it must stand in the file."""
    about: str
    """The kind of record that it is a fact of: an `Entity`, or another that the profile names."""
    header: HeaderNeed
    requirement: Requirement
    kind: str = "text"
    vocabulary: str | None = None
    """Name of the list its values must come from, where `kind` is `choice`."""
    identifies: str | None = None
    """Set where the column is the key of a kind of record: a school, person or class."""
    personal: bool = True
    """Whether its values tell of a person and are masked: yes, unless a profile denies it."""
    private: bool = False
    """Whether its values are never named, but in the customer's own rows handed back."""
    unique_to_person: bool = False
    """Two people should not share a value (a secondary ID)."""
    category: str
    """The error category under which the portal reports it."""
    description: str
    aliases: tuple[str, ...] = ()
    """Other names it is seen under: they make a message better, not a header valid."""
    resembles: tuple[str, ...] = ()
    """Names that other programs give to something like it: only ever suggested."""
    evidence: Mapping[str, Evidence]
    """How `name`, `values` and `requirement` are known."""
    note: str = ""
    absent: bool = False
    """Whether this portal has no such column."""
    judged: bool = True
    """Whether its cells are judged; the toolkit knows nothing of what others hold."""
    seen: tuple[Seen, ...] = ()
    """What was learned about it from the customer's own portal."""

    @property
    def assumed(self) -> bool:
        """Whether something of it is only assumed."""
        return Evidence.ASSUMED in self.evidence.values()

    @property
    def must_be_there(self) -> bool:
        """Whether a file without its header is rejected."""
        return self.header is not HeaderNeed.OPTIONAL

    @property
    def name_known(self) -> bool:
        """Whether its header was read in the vendor's articles or seen at the customer's portal."""
        return self.evidence.get("name") in (Evidence.CONFIRMED, Evidence.SEEN)


@dataclass(frozen=True, kw_only=True)
class ColumnSetting(Record):
    """What a profile changes about a rule in one column."""

    enabled: bool = True
    says: str = ""
    """The portal's own words for it."""


@dataclass(frozen=True, kw_only=True)
class Season(Record):
    """Shares of a school's records of one kind above which a change is a mass change."""

    title: str
    created: float | None = None
    updated: float | None = None
    removed: float | None = None


@dataclass(frozen=True, kw_only=True)
class RuleSetting(Record):
    """What a profile changes about a rule."""

    enabled: bool = True
    severity: Severity | None = None
    says: str = ""
    """The portal's own words for it."""
    columns: Mapping[str, ColumnSetting] = field(default_factory=dict)
    """Key of a column → what is different there."""


@dataclass(frozen=True, kw_only=True)
class OneRoster(Record):
    """What the records of OneRoster files are called here."""

    roles: Mapping[str, str] = field(default_factory=dict)
    """A role of OneRoster, in any letter case → an accepted value of `userRole`."""
    left_out: tuple[str, ...] = ()
    """Roles of people who belong to no roster."""
    assistants: tuple[str, ...] = ()
    """Roles that students have too: they make nobody staff who is a student besides."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Key of a column about a person → field of users.csv."""
    state_ids: tuple[str, ...] = ()
    """Types under which `userIds` holds the state's ID, in any letter case."""


class ChosenBy(StrEnum):
    """Who chose the profile by which a file is judged; the first goes before the next.

    >>> review.profile.choice.by in rt.ChosenBy
    True
    """

    COMMAND = "command"
    """It was named: on the command line, in the app, by a program."""
    DISTRICT = "district"
    """The district has its own."""
    SOURCE = "source"
    """Where the district's roster comes from."""
    HEADER = "header"
    """Nobody: the header of the file tells which of the portal's files it is."""
    DEFAULT = "default"
    """Nobody, and there is no district."""


@dataclass(frozen=True, kw_only=True)
class Choice(Record):
    """How it came that a file is judged by a profile."""

    by: ChosenBy = ChosenBy.COMMAND
    district: str = ""
    """Whose own profile it is; blank unless it is a district's."""
    number: int | None = None
    """Which version of it."""

    @property
    def in_words(self) -> str:
        """`Avon's own, version 2`; blank unless it is a district's."""
        return f"{self.district}'s own, version {self.number}" if self.district else ""


@dataclass(frozen=True, kw_only=True, repr=False)
class Profile(Shown, Record):
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
    file_name: str = "users.csv"
    """What the portal calls the file; the files that are made of it are called after it."""
    entities: Mapping[str, Subject] = field(default_factory=lambda: OF_USERS)
    """The kinds of record that its rows speak of, by name."""
    rows_are: str = Entity.ENROLLMENT.value
    """The kind of record of which each row is one: what stands twice is repeated."""
    capabilities: tuple[Capability, ...] = tuple(Capability)
    """What can be done with it besides judging it by itself."""
    beside: str = ""
    """The profile of the file that enrolls the people of this one; blank where it is that file."""
    on_error: str
    """`row`: good rows are accepted beside rejected ones; `file`: one error rejects all."""
    blank_keeps: bool
    """Whether a blank optional cell keeps what the roster has."""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A `Part` that no meaning of a role tells → the accepted roles of its people."""
    template_rows: tuple[Mapping[str, str], ...] = ()
    """Example rows of the template, by column key."""
    thresholds: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]]
    """Word lists and expressions: placeholders, spreadsheet damage, months."""
    other_formats: Mapping[str, tuple[str, ...]]
    """Format → headers by which a file of that format is known."""
    oneroster: OneRoster = field(default_factory=OneRoster)
    """How OneRoster files are read."""
    evidence: Mapping[str, Evidence]
    """How the settings above are known."""
    kinds: Mapping[str, Kind]
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)
    columns: Mapping[str, Column]
    """By key, in the order of the template."""
    order: tuple[str, ...] = ()
    """Keys of columns as the portal's template orders them, where it is not as here."""
    seasons: Mapping[str, Season] = field(default_factory=dict)
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)
    record: Agreement | None = None
    """How it has stood the test of what the portal did; None where it was never held against it."""
    sha256: str = ""
    """Digest of the merged profile, for the run record."""
    file: str = ""
    """The name of the file that it was read from, for sentences about it."""
    choice: Choice = Choice()
    """Who chose it; whoever loads a profile has named it."""

    def chosen(self, by: ChosenBy, district: str = "", number: int | None = None) -> Profile:
        """The same profile, chosen by somebody else."""
        choice = Choice(by=by, district=district, number=number)
        return self.model_copy(update={"choice": choice})

    @property
    def in_file(self) -> tuple[Column, ...]:
        """Columns that may stand in a file, in file order: the portal has no others."""
        return tuple(c for c in self.columns.values() if not c.absent)

    def can(self, capability: Capability) -> bool:
        """Whether something can be done with the file."""
        return capability in self.capabilities

    @cached_property
    def views(self) -> Mapping[str, tuple[str, ...]]:
        """View → what its columns are about: one view for each kind of record, one for the row.

        A kind of record that has no facts but its key, or joins others, is judged in the row's.
        """
        apart = {name: it for name, it in self.entities.items() if not it.in_row and not it.joins}
        in_row = (name for name in self.entities if name not in apart)
        views = {name: (*it.includes, name) for name, it in apart.items()}
        return views | {Entity.ROW.value: (Entity.ROW.value, *in_row)}

    def home(self, about: str) -> str:
        """The view in which the cells of columns about something are judged."""
        return about if about in self.views else Entity.ROW.value

    def key_of(self, entity: str) -> str | None:
        """The column that identifies a kind of record; None where no single one does."""
        keys = (c.key for c in self.columns.values() if c.identifies == entity)
        return next(keys, None)

    @cached_property
    def record_key(self) -> tuple[str, ...]:
        """The columns that tell the record of a row: the key of what `rows_are`."""
        subject = self.entities.get(self.rows_are)
        keys = map(self.key_of, (subject and subject.joins) or (self.rows_are,))
        return tuple(key for key in keys if key is not None)

    def about(self, *subjects: str) -> tuple[Column, ...]:
        """Judged columns that are facts of one of `subjects`, in file order."""
        return tuple(c for c in self.columns.values() if c.about in subjects and c.judged)

    def needing(self, need: Callable[[Requirement], bool]) -> tuple[Column, ...]:
        """Judged columns whose requirement is such, in file order."""
        return tuple(c for c in self.columns.values() if c.judged and need(c.requirement))

    @property
    def asked_by_role(self) -> tuple[Column, ...]:
        """Judged columns that staff, or people in a class, must fill and others need not."""

        def by_role(need: Requirement) -> bool:
            of_staff = need.staff is Need.REQUIRED and not need.always
            in_class = Need.WITH_CLASS in (need.students, need.staff) and not need.with_class
            return of_staff or in_class

        return self.needing(by_role)

    def hides(self, keys: Iterable[str]) -> bool:
        """Whether the values of one of some columns are never named."""
        return any(key in self.columns and self.columns[key].private for key in keys)

    @property
    def private_headers(self) -> tuple[str, ...]:
        """The headers of columns whose values are never named."""
        return tuple(column.name for column in self.columns.values() if column.private)

    def speaks(self, code: str, key: str) -> bool:
        """Whether a rule has a say in column `key` here."""
        setting = self.rules.get(code)
        of_column = setting.columns.get(key) if setting else None
        return of_column is None or of_column.enabled

    def says(self, code: str, key: str | None) -> str:
        """The portal's own words for a rule in column `key`; blank where none were learned."""
        setting = self.rules.get(code)
        if setting is None:
            return ""
        of_column = setting.columns.get(key or "")
        return (of_column.says if of_column else "") or setting.says

    def vocabulary_of(self, column: Column) -> Vocabulary | None:
        """The closed list of a column, if it has one."""
        return self.vocabularies[column.vocabulary] if column.vocabulary else None

    def values_meaning(self, key: str, *wanted: str) -> tuple[str, ...]:
        """Accepted values of column `key` that mean one of `wanted`; empty if it has none."""
        column = self.columns.get(key)
        vocabulary = self.vocabulary_of(column) if column else None
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
        values = dict.fromkeys(row[key] for row in self.template_rows if row.get(key))
        vocabulary = self.vocabulary_of(self.columns[key])
        return tuple(values) or (vocabulary.accepts[:1] if vocabulary else ())

    @property
    def removals(self) -> tuple[str, ...]:
        """Accepted actions that take something out of the roster."""
        return self.values_meaning("action", *Effect)
