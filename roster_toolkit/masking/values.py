"""Which values are personal, and the pseudonym of each by the form of its column.

Personal is what the profile says, and whatever nobody knows: columns without a name of ours, and
values of a closed list that are none of it, for a shifted row puts names there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from pathlib import PurePath

import polars as pl

from roster_toolkit.cleaning import INVISIBLE, clean, spelled
from roster_toolkit.ingest.whole_names import BOTH_NAMES
from roster_toolkit.model import Column, Entity, HeaderCell, HeaderMatch, Profile, Vocabulary
from roster_toolkit.profile import profile_names
from roster_toolkit.pseudonyms import MASKED_DOMAIN, Pseudonym, Pseudonyms
from roster_toolkit.rules.addresses import SEVERAL_ADDRESSES


class Form(Enum):
    """What the values of a column are, and so what their pseudonyms look like."""

    KEEP = auto()
    """Nothing personal."""
    ID = auto()
    NAME = auto()
    CLASS = auto()
    ADDRESS = auto()
    TEXT = auto()
    UNKNOWN = auto()
    """Of a column that nobody knows: each value as it looks."""
    LISTED = auto()
    """A closed list: its values and their other spellings stay."""
    SCHOOL = auto()
    """The ID of a school."""
    SCHOOL_NAME = auto()
    HEADER = auto()
    """A header as it was typed."""


_COMMA = ", "
_KINDS = {
    Form.ID: Pseudonym.ID,
    Form.SCHOOL: Pseudonym.ID,
    Form.NAME: Pseudonym.NAME,
    Form.CLASS: Pseudonym.CLASS,
    Form.SCHOOL_NAME: Pseudonym.SCHOOL,
    Form.TEXT: Pseudonym.TEXT,
}
_OF_NAMES = {Entity.PERSON: Form.NAME, Entity.CLASS: Form.CLASS}
#: Forms whose values may be two names with a comma between.
_IN_HALVES = (Form.NAME, Form.CLASS, Form.TEXT, Form.UNKNOWN, Form.LISTED)
#: A grade or a count: no ID is so short that it would tell a person.
_SMALL_NUMBER = r"^\d{1,2}$"
#: What a value of a closed list is made of, and the endings of ordinals, as in 7th.
_PARTS, _ONLY = r"[a-z]+|\d+", r"^[A-Za-z0-9\s_.,;:/()#&+-]*$"
_ORDINALS = ("st", "nd", "rd", "th")
_LOOKS_LIKE_ID = r"^[A-Za-z0-9._-]*\d[A-Za-z0-9._-]*$"
#: Share of a column's distinct values that a closed list must know to be taken for that list.
_NEARLY_ALL = 0.9
_WORD = re.compile("[A-Z]?[a-z]+|[A-Z]+")
#: What files are called that tell nothing by their name.
_USUAL_FILES = ("users.csv", "stdin", "frame")
_KNOWN_ENDINGS = (".csv", ".xlsx", ".txt", ".zip", ".tsv", ".toml")


@dataclass
class Mask:
    """Replaces the personal values of one profile by their pseudonyms under one key."""

    pseudonyms: Pseudonyms
    profile: Profile
    schools: frozenset[str] = frozenset()
    """IDs that are those of schools, and stay."""
    _seen: dict[tuple[Form, str], str] = field(default_factory=dict)

    # --- the forms of columns ------------------------------------------------------------------

    def form_of(self, key: str) -> Form:
        """The form of a column by its key; one that the profile does not have is unknown."""
        column = self.profile.columns.get(key)
        if column is None:
            return Form.UNKNOWN
        if column.personal:
            return self._personal(column)
        if column.vocabulary:
            return Form.LISTED
        return Form.SCHOOL if column.identifies == Entity.SCHOOL else Form.KEEP

    def _personal(self, column: Column) -> Form:
        kind = self.profile.kinds[column.kind]
        if "@" in (kind.pattern or ""):
            return Form.ADDRESS
        if kind.names in _OF_NAMES:
            return _OF_NAMES[kind.names]
        if kind.pattern:
            return Form.ID
        return Form.TEXT

    def form_of_cells(self, key: str, cells: pl.Series) -> Form:
        """The form of a column of a file: one that nobody knows may still be a closed list."""
        form = self.form_of(key)
        if form is not Form.UNKNOWN:
            return form
        values = cells.unique().to_frame("raw").select(value=clean(pl.col("raw")))["value"]
        filled = values.filter(values != "").to_frame()
        if filled.is_empty():
            return form
        shares = [
            filled.select(spelled(pl.col("value")).is_in(sorted(words)).mean()).item()
            for words in map(_spellings, self.profile.vocabularies.values())
        ]
        return Form.LISTED if max(shares, default=0) >= _NEARLY_ALL else form

    # --- values --------------------------------------------------------------------------------

    def listed(self, values: pl.Series, form: Form) -> pl.Series:
        """A column of lists in words, each of their values replaced."""
        name = values.name
        apart = values.str.split(_COMMA).to_frame().with_row_index("at").explode(name)
        masked = apart.with_columns(self.column(apart[name], form))
        together = masked.group_by("at", maintain_order=True).agg(pl.col(name).str.join(_COMMA))
        return together[name]

    def column(self, values: pl.Series, form: Form) -> pl.Series:
        """A column with its personal values replaced; null stays null, blank stays blank."""
        if form is Form.KEEP or values.dtype != pl.String:
            return values
        distinct = values.drop_nulls().unique()
        if distinct.is_empty():
            return values
        if form is Form.HEADER:
            masked = [self.typed_header(typed) for typed in distinct]
            return values.replace(distinct, pl.Series(masked, dtype=pl.String))
        table = self._table(distinct, form)
        changed = table.filter(pl.col("raw") != pl.col("masked"))
        if changed.is_empty():
            return values
        return values.replace(changed["raw"], changed["masked"])

    def frame(self, frame: pl.DataFrame, forms: Callable[[str], Form]) -> pl.DataFrame:
        """A frame with its columns of text masked, each by the form of its name."""
        texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
        return frame.with_columns(self.column(frame[name], forms(name)) for name in texts)

    def text(self, text: str, form: Form) -> str:
        """One value masked."""
        if (form, text) not in self._seen:
            masked = self.column(pl.Series([text], dtype=pl.String), form)
            self._seen[form, text] = masked[0]
        return self._seen[form, text]

    def texts(self, texts: Iterable[str], form: Form) -> tuple[str, ...]:
        """Some values masked."""
        return tuple(self.column(pl.Series(list(texts), dtype=pl.String), form))

    def pairs(self, keys: pl.Series) -> pl.Series:
        """Keys of enrollments, `userId in classId`, masked."""
        halves = keys.to_frame("key").select(
            user=pl.col("key").str.extract(r"(?s)^(.*) in .*$"),
            group=pl.col("key").str.extract(r"(?s)^.* in (.*)$"),
        )
        user = self.column(halves["user"], self.form_of("userId"))
        group = self.column(halves["group"], self.form_of("classId"))
        return pl.select(pl.format("{} in {}", user, group)).to_series().alias(keys.name)

    def _table(self, distinct: pl.Series, form: Form) -> pl.DataFrame:
        """`raw` and `masked` of distinct values."""
        raw = pl.col("raw")
        table = distinct.to_frame("raw").with_columns(value=clean(raw))
        kept = table.select(kept=self._kept(form))["kept"]
        personal = table.filter(~kept)
        if personal.is_empty():
            return table.with_columns(masked="raw")
        halves = pl.lit(value=False)
        if form in _IN_HALVES:
            halves = pl.col("value").str.contains(BOTH_NAMES)
        in_halves = personal.filter(halves)
        whole = personal.filter(~halves)
        whole = whole.with_columns(masked=self._whole(whole["value"], form))
        parts = [table.filter(kept).with_columns(masked="value"), whole]
        if not in_halves.is_empty():
            parts.append(self._in_halves(in_halves, form))
        return pl.concat(parts).with_columns(masked=_as_typed(raw, pl.col("masked")))

    def _in_halves(self, both: pl.DataFrame, form: Form) -> pl.DataFrame:
        """`Last, First`: each half as it is masked where it stands alone."""
        split = both.with_columns(
            pl.col("value").str.splitn(",", 2).struct.rename_fields(["a", "b"])
        )
        halves = split["value"].struct.unnest()
        first, second = (self.column(halves[name], form) for name in ("a", "b"))
        masked = pl.select(pl.concat_str(pl.lit(first), pl.lit(","), pl.lit(second))).to_series()
        return both.with_columns(masked=masked)

    def _whole(self, values: pl.Series, form: Form) -> pl.Series:
        """The pseudonyms of distinct cleaned values."""
        if values.is_empty():
            return values
        digits = self._digits(values)
        value, own = pl.col("value"), pl.col("digits")
        frame = pl.DataFrame([values.alias("value"), digits.alias("digits")])
        frame = frame.with_columns(address=self._addresses(frame, form))
        if form in _KINDS:
            masked = pl.concat_str(pl.lit(_KINDS[form].value), own)
        elif form is Form.ADDRESS:
            masked = pl.col("address")
        else:
            masked = (
                pl.when(value.str.contains("@", literal=True)).then("address")
                .when(value.str.contains(_LOOKS_LIKE_ID))
                .then(pl.concat_str(pl.lit(Pseudonym.ID.value), own))
                .otherwise(pl.concat_str(pl.lit(Pseudonym.TEXT.value), own))
            )  # fmt: skip
        return frame.select(masked=masked)["masked"]

    def _digits(self, values: pl.Series) -> pl.Series:
        """The digits of values, of which some may stand more than once."""
        distinct = values.unique()
        digits = self.pseudonyms.digits(distinct)
        return values.replace_strict(distinct, digits, return_dtype=pl.String)

    def _addresses(self, frame: pl.DataFrame, form: Form) -> pl.Series:
        """Addresses that differ by letter case alone begin alike, for they are one to the portal.

        What has no @ gets none, of several addresses two are made, and one that has no valid form
        gets none either: a space stands before its @.
        """
        with_at = frame["value"].str.contains("@", literal=True).any()
        if form is not Form.ADDRESS and not (form in (Form.UNKNOWN, Form.LISTED) and with_at):
            return pl.Series("address", [None] * frame.height, dtype=pl.String)
        value = pl.col("value")
        lower = frame.select(value.str.to_lowercase())["value"]
        base, own = self._digits(lower).str.to_lowercase(), pl.col("digits").str.to_lowercase()
        at = pl.lit(f"@{MASKED_DOMAIN}")
        valid = value.str.contains(self._address_pattern)
        before_at = pl.when(valid).then(pl.lit("")).otherwise(pl.lit(" "))
        other_case = pl.concat_str(pl.lit(base), pl.lit("+"), own, before_at, at)
        return frame.select(
            address=pl.when(value.str.contains(SEVERAL_ADDRESSES))
            .then(pl.concat_str(pl.lit(base), at, pl.lit("; "), own, at))
            .when(~value.str.contains("@", literal=True))
            .then(pl.concat_str(own, pl.lit(f".{MASKED_DOMAIN}")))
            .when(value != pl.lit(lower)).then(other_case)
            .otherwise(pl.concat_str(pl.lit(base), before_at, at))
        )["address"]  # fmt: skip

    @cached_property
    def _address_pattern(self) -> str:
        patterns = (kind.pattern or "" for kind in self.profile.kinds.values())
        return next((pattern for pattern in patterns if "@" in pattern), "@")

    # --- what stays ----------------------------------------------------------------------------

    def _kept(self, form: Form) -> pl.Expr:
        """Predicate over `value`: it tells nobody anything of a person."""
        value = pl.col("value")
        blank = value == ""
        match form:
            case Form.LISTED:
                return blank | self._made_of_known_words | self._placeholder
            case Form.SCHOOL:
                return blank | value.is_in(sorted(self.schools)) | self._placeholder
            case Form.SCHOOL_NAME:
                return blank
        return blank | self._placeholder

    @cached_property
    def _made_of_known_words(self) -> pl.Expr:
        """Whether each word of a value is one of a closed list's, or a small number: `Grade 13`."""
        spellings = set().union(*map(_spellings, self.profile.vocabularies.values()))
        words = {word for spelling in spellings for word in re.findall(_PARTS, spelling)}
        known = pl.element().is_in(sorted(words | {*_ORDINALS}))
        value = spelled(pl.col("value"))
        parts = value.str.extract_all(_PARTS)
        each = parts.list.eval(known | pl.element().str.contains(_SMALL_NUMBER)).list.all()
        spelled_so = value.is_in(sorted(spellings))
        return spelled_so | (each & (parts.list.len() > 0) & pl.col("value").str.contains(_ONLY))

    @cached_property
    def _placeholder(self) -> pl.Expr:
        """`N/A` and its like, unless it is written as a name is."""
        words = self.profile.words
        value = pl.col("value")
        return value.str.to_lowercase().is_in(words["placeholders"]) & ~value.is_in(
            words.get("names_like_placeholders", ())
        )

    # --- headers, names of files, the district --------------------------------------------------

    def header(self, cell: HeaderCell) -> str:
        """A header as typed, where it certainly is one or is made of words that headers are of."""
        stays = cell.certain or cell.match is HeaderMatch.REPEATED
        return cell.typed if stays else self.typed_header(cell.typed)

    def typed_header(self, typed: str) -> str:
        """A header whose meaning is not known: kept where it is made of words of headers."""
        return (
            typed if self._of_header_words(typed) else self.pseudonyms.of(typed, Pseudonym.HEADER)
        )

    def _of_header_words(self, typed: str) -> bool:
        text = typed.strip()
        if not text or any(re.fullmatch(f"(?i:{p})", text) for p in self._nameless):
            return True
        words = {word.lower() for word in _WORD.findall(text)}
        bare = re.sub(r"[A-Za-z\s_#*()./:-]", "", text)
        return bool(words) and not bare and words <= self._header_words

    @cached_property
    def _nameless(self) -> tuple[str, ...]:
        return self.profile.words.get("nameless", ())

    @cached_property
    def _header_words(self) -> set[str]:
        """Words of which the headers of users.csv and of other systems are made."""
        known = [
            name
            for column in self.profile.columns.values()
            for name in (column.key, column.name, *column.aliases, *column.resembles)
        ]
        known += [name for names in self.profile.other_formats.values() for name in names]
        return {word.lower() for name in known for word in _WORD.findall(name)}

    def file(self, name: str) -> str:
        """The name of a file: `file-7QK2-M9TA-4XW0.csv`; `users.csv` tells nothing and stays."""
        if name in _USUAL_FILES or not name:
            return name
        ending = PurePath(name).suffix.lower()
        masked = self.pseudonyms.of(name, Pseudonym.FILE)
        return masked + (ending if ending in _KNOWN_ENDINGS else "")

    def sha256(self, digest: str) -> str:
        """A digest in place of that of a file, which would tell whoever has the file."""
        digits = self.pseudonyms.digits(pl.Series([digest], dtype=pl.String))[0]
        return hashlib.sha256(digits.encode()).hexdigest() if digest else digest

    def profile_name(self, name: str) -> str:
        """The name of a profile; those of the toolkit's own stay."""
        return name if name in profile_names() else self.pseudonyms.of(name, Pseudonym.PROFILE)

    def district(self, name: str) -> str:
        """The name of a district."""
        return self.pseudonyms.of(name, Pseudonym.DISTRICT) if name else name


def _spellings(vocabulary: Vocabulary) -> set[str]:
    """The accepted values of a list and their known other spellings, in lower case."""
    tables = (vocabulary.safe, vocabulary.likely)
    words = {word for table in tables for words in table.values() for word in words}
    return words | {value.lower().replace("_", " ") for value in vocabulary.accepts}


def _as_typed(raw: pl.Expr, masked: pl.Expr) -> pl.Expr:
    """The pseudonym with the white space around it and the invisible characters of the cell.

    So that cleaning a masked cell gives the pseudonym of the cleaned one.
    """
    invisible = raw.str.extract_all(INVISIBLE).list.join("")
    around = pl.concat_str(
        raw.str.extract(r"^(\s*)").fill_null(""), masked, raw.str.extract(r"(\s*)$").fill_null(""),
        invisible,
    )  # fmt: skip
    return pl.when(raw == pl.col("value")).then(masked).otherwise(around)
