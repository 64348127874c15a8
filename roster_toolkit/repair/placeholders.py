"""Addresses in a recognizable pattern for students who have none: `ana.lee_500123@school.org`.

Every row needs an address that nobody else holds, and a student's need not be a real inbox. Only
blank cells of students are filled; everything else in the file keeps its bytes, as in any repair.
No mail reaches these addresses, so whether the portal takes them is known from the vendor's advice
alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from roster_toolkit.errors import UsageError
from roster_toolkit.ingest import read_upload
from roster_toolkit.model import Kind, Profile, Scope, Upload
from roster_toolkit.profile import DEFAULT_PROFILE, load_profile, require_roster
from roster_toolkit.records import clean
from roster_toolkit.repair.apply import encoded, read_anew, require_repairable
from roster_toolkit.repair.csv_patch import written
from roster_toolkit.repair.draft import first_draft
from roster_toolkit.repair.log import log_of
from roster_toolkit.repair.model import REPAIRS
from roster_toolkit.rosters.context import RosterContext
from roster_toolkit.rules.cell import missing_value
from roster_toolkit.rules.registry import rule_of
from roster_toolkit.validate import Validation, validate

#: Rows that stay as they are, and why.
LEFT: dict[str, type[pl.DataType]] = {"row": pl.UInt32, "why": pl.String}
#: Letters that no decomposition turns into ASCII.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th"}
)
#: Who a student without a name in these letters is called.
_NAMELESS = "student"
#: What mail allows before the @.
_LONGEST = 64
_MISSING = rule_of(missing_value).number
_NEEDED = ("userRole", "userId", "userEmail")
_NAMES = ("userFirstName", "userLastName")


@dataclass(frozen=True)
class Placeholders:
    """A file in which blank addresses of students were filled, and what was done.

    >>> rt.fill_placeholder_addresses(story.upload, "riverton.example").students
    6
    """

    data: bytes
    """The file to upload; equal to the customer's where nothing was filled."""
    log: pl.DataFrame
    """`row`, `column`, `code`, `before`, `after`: one line for each cell that was filled."""
    left: pl.DataFrame
    """`row`, `why`: rows of students whose address stays blank."""
    students: int
    """How many students got an address."""


def fill_placeholder_addresses(
    source: str | Path | bytes,
    domain: str,
    *,
    profile: str | Path | Profile = DEFAULT_PROFILE,
    name: str | None = None,
    against: RosterContext | None = None,
) -> Placeholders:
    """Fill the blank addresses of students with `first.last_ID@domain`; nothing is written.

    ASCII alone, the same for the same file, different from every address of the file, of the roster
    and of the other districts in `against`, and only what the profile's pattern accepts. A student
    who has an address elsewhere, in another row or in the roster, gets none.

    Raises UsageError where the domain cannot be used or the upload brings no students, ToolkitError
    where the file cannot be repaired at all.

    >>> filled = rt.fill_placeholder_addresses(story.upload, "riverton.example")
    >>> filled.data.count(b"@riverton.example")
    36
    """
    chosen = profile if isinstance(profile, Profile) else load_profile(profile)
    require_roster(chosen, "Filling in addresses")
    mailbox = _Mailbox(chosen, domain)
    upload = read_upload(source, chosen, name=name)
    require_repairable(upload)
    absent = [chosen.columns[key].name for key in _NEEDED if key not in upload.cells.columns]
    if absent:
        raise UsageError(f"{upload.name} has no column {absent[0]} to fill addresses by.")
    text, layout = read_anew(source, upload, chosen)
    validation = validate(upload, chosen, against)
    rows = _without_address(upload, chosen, validation)
    rows = _why_not(rows, upload, chosen, against)
    rows = rows.join(
        _addresses(rows, mailbox, _held(upload, against)), on="id", how="left",
        maintain_order="left",
    ).with_columns(
        why=pl.when(pl.col("why").is_null() & pl.col("address").is_null())
        .then(pl.lit("no address can be made of its ID"))
        .otherwise("why")
    )  # fmt: skip
    filled, left = rows.filter(pl.col("why").is_null()), rows.filter(pl.col("why").is_not_null())
    draft = first_draft(upload, chosen).with_repairs(_as_repairs(filled))
    return Placeholders(
        encoded(written(draft, text, layout), draft, source),
        log_of(draft, (), validation.rules),
        left.select(row=(pl.col("index") + upload.first_row).cast(pl.UInt32), why="why"),
        filled["id"].n_unique(),
    )


class _Mailbox:
    """The form that addresses of one domain take under a profile."""

    def __init__(self, profile: Profile, domain: str) -> None:
        """Take the domain as it was typed, with or without the @."""
        if "student" not in profile.accepts_people:
            raise UsageError(f"{profile.title} brings no students whose addresses could be filled.")
        self.domain = domain.strip().removeprefix("@").lower()
        self._kind: Kind = profile.kinds[profile.columns["userEmail"].kind]
        if any(self.domain.startswith(start.lower()) for start in self._kind.forbidden_domains):
            rejected = " or ".join(f"@{start}…" for start in self._kind.forbidden_domains)
            raise UsageError(f"The portal rejects addresses of {rejected}; name the school's own.")
        if not self.domain.isascii() or not self.accepts(f"a@{self.domain}"):
            raise UsageError("The domain is what stands behind the @, such as school.org.")

    def address(self, user: str, first: str, last: str, number: int = 1) -> str:
        """`first.last_ID@domain`; from the second on with a number behind the ID."""
        again = f"_{number}" if number > 1 else ""
        name = ".".join(filter(None, (_plain(first), _plain(last)))) or _NAMELESS
        room = max(_LONGEST - len(user) - len(again) - 1, 0)
        return f"{name[:room].rstrip('.')}_{user}{again}@{self.domain}"

    def accepts(self, address: str) -> bool:
        """Whether the profile's pattern does, and mail itself."""
        pattern, local = self._kind.pattern, address.partition("@")[0]
        fits = pattern is None or pl.Series([address]).str.contains(pattern).item()
        return bool(fits) and address.isascii() and len(local) <= _LONGEST


def _plain(name: str) -> str:
    """A name in small ASCII letters and digits."""
    parts = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return re.sub(r"[^a-z0-9]", "", parts)


def _without_address(upload: Upload, profile: Profile, validation: Validation) -> pl.DataFrame:
    """Rows of students with a blank address: `index`, `id`, `first`, `last`, `unusable`."""
    cells = upload.cells.select(
        clean(pl.col(key)) if key in upload.cells.columns else pl.lit("").alias(key)
        for key in (*_NEEDED, *_NAMES)
    ).with_row_index("index")
    skipped = pl.concat([upload.blank, upload.unjudged]).implode()
    role = pl.col("userRole").str.to_lowercase()
    return cells.filter(
        pl.col("userEmail") == "",
        role.is_in(sorted(_students(profile))),
        ~pl.col("index").is_in(skipped),
    ).select(
        "index",
        id="userId",
        first="userFirstName",
        last="userLastName",
        unusable=(pl.col("index") + upload.first_row).is_in(_unusable(profile, validation)),
    )


def _students(profile: Profile) -> Iterator[str]:
    """Spellings that can mean nothing but a student, in small letters."""
    vocabulary = profile.vocabulary_of(profile.columns["userRole"])
    safe = vocabulary.safe if vocabulary else {}
    for value in profile.values_meaning("userRole", "student"):
        yield from (spelling.lower() for spelling in (value, *safe.get(value, ())))


def _unusable(profile: Profile, validation: Validation) -> pl.Series:
    """Rows whose ID is in error, or whose cells stand under the wrong headers."""
    column = list(profile.columns).index("userId")
    cell = [
        r.number for r in validation.rules.values() if r.scope is Scope.CELL and r.severity.rejects
    ]
    shifted = [r.number for r in validation.rules.values() if r.scope is Scope.RECORD]
    findings = validation.findings.filter(
        (pl.col("code").is_in(cell) & (pl.col("column") == column)) | pl.col("code").is_in(shifted)
    )
    return findings["row"].drop_nulls().unique().implode()


def _why_not(
    rows: pl.DataFrame, upload: Upload, profile: Profile, against: RosterContext | None
) -> pl.DataFrame:
    """The same with `why` an address stays blank; null where one may be filled in."""
    students = upload.cells.select(id=clean(pl.col("userId")), email=clean(pl.col("userEmail")))
    elsewhere = students.filter(pl.col("email") != "")["id"].unique()
    in_roster = pl.Series([], dtype=pl.String)
    if against is not None:
        in_roster = against.roster.people.filter(pl.col("userEmail") != "")["userId"]
    suspicious = profile.kinds[profile.columns["userId"].kind].suspicious
    like_ssn = pl.col("id").str.contains(suspicious) if suspicious else pl.lit(value=False)
    return rows.with_columns(
        why=pl.when(pl.col("unusable") | (pl.col("id") == ""))
        .then(pl.lit("its ID or its cells must be corrected first"))
        .when(pl.col("id").is_in(elsewhere.implode()))
        .then(pl.lit("another row of the student has an address: use that"))
        .when(pl.col("id").is_in(in_roster.implode()))
        .then(pl.lit("the roster has an address of the student: use that"))
        .when(like_ssn)
        .then(pl.lit("its ID may be a social security number"))
    )


def _held(upload: Upload, against: RosterContext | None) -> set[str]:
    """Addresses that are no longer free, in small letters."""
    columns = [upload.cells.select(clean(pl.col("userEmail")))["userEmail"]]
    if against is not None:
        columns.append(against.roster.people["userEmail"])
        if against.addresses is not None:
            columns.append(against.addresses)
    return {address.lower() for column in columns for address in column.unique() if address}


def _addresses(rows: pl.DataFrame, mailbox: _Mailbox, held: set[str]) -> pl.DataFrame:
    """`id`, `address`: one for each student, whatever the order of the rows."""
    people = (
        rows.filter(pl.col("why").is_null())
        .group_by("id")
        .agg(pl.col("first").max(), pl.col("last").max())
        .sort("id")
    )
    addresses = [
        (user, _free(mailbox, held, user, first, last)) for user, first, last in people.rows()
    ]
    usable = [(user, address) for user, address in addresses if mailbox.accepts(address)]
    return pl.DataFrame(usable, schema={"id": pl.String, "address": pl.String}, orient="row")


def _free(mailbox: _Mailbox, held: set[str], user: str, first: str, last: str) -> str:
    """The first address of a person that nobody holds; it is held from then on."""
    number = 1
    while (address := mailbox.address(user, first, last, number)).lower() in held:
        number += 1
    held.add(address.lower())
    return address


def _as_repairs(filled: pl.DataFrame) -> pl.DataFrame:
    return filled.select(
        "index",
        column=pl.lit("userEmail"),
        code=pl.lit(_MISSING, pl.UInt16),
        after="address",
        cleans=pl.lit(value=False),
    ).select(pl.col(name).cast(kind) for name, kind in REPAIRS.items())
