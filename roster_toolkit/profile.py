"""TOML → Profile, checked, with `extends`.

A profile is written by a person at a customer's site, so every slip is answered with a sentence
that names the file, the key and what would be right.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roster_toolkit.errors import ProfileError, UsageError
from roster_toolkit.model import (
    Capability,
    Choice,
    Column,
    Effect,
    Entity,
    Kind,
    Part,
    Profile,
    Record,
    RuleSetting,
    Subject,
    Vocabulary,
)

if TYPE_CHECKING:
    from pydantic import ValidationError

DEFAULT_PROFILE = "batch-upload"

#: What profiles have in common, whatever their file: words and kinds of values. No profile itself.
_COMMON = "common"

#: Columns that the engine must find in the profile of a roster, whatever header they stand under.
STRUCTURE = (
    "action", "schoolId", "userId", "userRole", "userFirstName", "userLastName",
    "userEmail", "userGrade", "classId", "primary_teacher",
)  # fmt: skip

#: Characters of a TOML file; a profile with every school's own words has a few ten thousand.
_LONGEST = 1 << 22

#: Far above any number of records.
_LARGEST = 1_000_000_000

#: Kinds of person, and what an accepted value can mean.
_PEOPLE = ("student", "staff")
_MEANINGS = (*_PEOPLE, "yes", "no", *Effect)

#: Names that frames of records have for something else; no kind of record may be called so.
_TAKEN = ("index", "key", "first", "rows", "removes")

#: Lists of words that are expressions: what a spreadsheet makes of values.
_EXPRESSIONS = (
    "spreadsheet_damage",
    "damaged_identifiers",
    "marked_as_text",
    "damaged_dates",
    "damaged_class_names",
    "header_marks",
    "number_headers",
    "nameless",
    "remarks",
    "hints",
)
#: Tables of a vocabulary whose keys are its accepted values.
_OF_VALUES = ("means", "safe", "likely")
#: What a kind calls plain was written beside these.
_RELIED_ON = {"pattern", "longest", "suspicious", "forbidden_domains", "digits_kept"}


@cache
def profile_names() -> tuple[str, ...]:
    """Names of the profiles that come with the toolkit, the default first.

    >>> rt.profile_names()
    ('batch-upload', 'demographics', 'third-party')
    """
    folder = resources.files("roster_toolkit") / "profiles"
    names = sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml") and entry.name != f"{_COMMON}.toml"
    )
    return (DEFAULT_PROFILE, *(name for name in names if name != DEFAULT_PROFILE))


def load_profile(name: str | Path = DEFAULT_PROFILE) -> Profile:
    """The profile of that name, or the one that a TOML file describes.

    Raises ProfileError with a sentence for a file that is missing or broken. A file is read anew
    each time, because whoever corrects it wants to see what changes.

    >>> rt.load_profile("third-party").accepts_people
    ('staff',)
    """
    return _shipped(str(name)) if str(name) in profile_names() else _checked(str(name))


@cache
def _shipped(name: str) -> Profile:
    return _checked(name)


def require_roster(profile: Profile, what: str) -> None:
    """Raise UsageError where the profile is of a file that is no roster; `what` needs one."""
    if not profile.can(Capability.ROSTER):
        raise UsageError(
            f"{what} goes with a profile of users.csv; {profile.name} is that of "
            f"{profile.file_name}."
        )


def profile_of_text(text: str, label: str) -> Profile:
    """The profile that a TOML text describes, as a store keeps it; `label` names it in sentences.

    It extends one of the toolkit's by name: a text lies in no folder, so that a path would mean
    another file wherever it is read. Raises ProfileError with the sentences of `load_profile`.

    >>> rt.profile_of_text('extends = "third-party"', "Avon's own profile").accepts_people
    ('staff',)
    """
    if len(text) > _LONGEST:
        raise ProfileError(f"{label} is no profile: it is larger than any could be.")
    return _sound(label, lambda: _merged_text(label, text))


def _checked(name: str) -> Profile:
    if name in profile_names():
        label, merged = _merged(name)
        return Profile.of_sound(_completed(label, merged))  # the tests check it
    return _sound(_label(name), lambda: _merged(name))


def _sound(label: str, merged: Callable[[], tuple[str, dict[str, Any]]]) -> Profile:
    """The profile of its merged tables, whose patterns the engine knows too."""
    try:
        profile = _of_tables(*merged())
    except RecursionError:
        raise ProfileError(f"{label}: its tables and lists nest too deep.") from None
    for slip in _foreign_patterns(profile):
        raise ProfileError(f"{label}: {slip}")
    return profile


def _of_tables(label: str, merged: dict[str, Any]) -> Profile:
    """The profile of its merged tables, checked."""
    from pydantic import ValidationError

    try:
        profile = Profile.model_validate(_completed(label, merged))
    except ValidationError as error:
        raise ProfileError(_sentence(label, error, tuple(merged["columns"]))) from None
    except TypeError:
        raise ProfileError(f"{label}: dates and times have no place in a profile.") from None
    for slip in _contradictions(profile):
        raise ProfileError(f"{label}: {slip}")
    return profile


def _completed(label: str, merged: dict[str, Any]) -> dict[str, Any]:
    """Merged tables with what a profile says of itself."""
    _complete(label, merged)
    digest = hashlib.sha256(json.dumps(merged, sort_keys=True).encode()).hexdigest()
    return {**merged, "sha256": digest, "file": label, "choice": Choice()}


def _merged(name: str, seen: tuple[str, ...] = ()) -> tuple[str, dict[str, Any]]:
    """The tables of a profile with those it extends beneath them."""
    try:
        place = name if _is_ours(name) else str(Path(name).resolve())
    except (OSError, ValueError, RuntimeError):  # no path at all, or links that go in a circle
        raise ProfileError("That is not the path of a profile; give that of a TOML file.") from None
    if place in seen:
        raise ProfileError(f"{Path(name).name}: `extends` leads back to the same profile.")
    label, text = _text(name)
    base, own = _tables(label, text)
    if base is None:
        return label, own
    parent = _parent(name, base)
    if parent == base and not _is_ours(base) and not Path(base).exists():
        hint = _did_you_mean(base, profile_names())
        raise ProfileError(f"{label}: `extends` names {base!r}, which is not there.{hint}")
    return label, _extended(_merged(parent, (*seen, place))[1], own)


def _is_ours(name: str) -> bool:
    """Whether a name is one of the toolkit's, to be extended at least."""
    return name == _COMMON or name in profile_names()


def _parent(name: str, base: str) -> str:
    """The profile that one extends: by its name, or beside its file."""
    beside = Path(name).parent / base
    return base if _is_ours(name) or not beside.is_file() else str(beside)


def tables_over_shipped(name: str | Path) -> dict[str, Any]:
    """A sound profile's tables, in one, over the toolkit's profile that it extends in the end.

    Where it extends none of them there is no `extends` in what is returned.
    """
    if _is_ours(str(name)):
        return {"extends": str(name)}
    base, own = _tables(*_text(str(name)))
    return own if base is None else overlaid(tables_over_shipped(_parent(str(name), base)), own)


def tables_of_text(label: str, text: str) -> dict[str, Any]:
    """The tables of a sound profile's text, as `tables_over_shipped` gives those of a file."""
    base, own = _tables(label, text)
    return own if base is None else {"extends": base, **own}


def _merged_text(label: str, text: str) -> tuple[str, dict[str, Any]]:
    """The tables of a text with those of the shipped profile that it extends beneath them."""
    base, own = _tables(label, text)
    if base is None:
        return label, own
    known = profile_names()
    if not _is_ours(base):
        raise ProfileError(
            f"{label}: `extends` names {base!r}; a profile that is kept in a store extends one of "
            f"{', '.join(known)} by its name, and no file.{_did_you_mean(base, known)}"
        )
    return label, _extended(_merged(base)[1], own)


def _tables(label: str, text: str) -> tuple[str | None, dict[str, Any]]:
    """What a text extends, if anything, and its own tables."""
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{label} is not valid TOML: {error}.") from None
    except ValueError:
        raise ProfileError(f"{label} is not valid TOML: a number has too many digits.") from None
    base = own.pop("extends", None)
    if base is not None and not isinstance(base, str):
        raise ProfileError(f"{label}: `extends` takes the name or path of one profile, as text.")
    return base, own


def _extended(below: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Tables laid over those of the profile that they extend."""
    merged = overlaid(below, own)
    _drop_unsound_shortcuts(merged, own)
    _drop_words_of_other_values(merged, own, below.get("vocabularies", {}))
    return merged


def _drop_unsound_shortcuts(merged: dict[str, Any], own: Mapping[str, Any]) -> None:
    """Take out inherited `plain` expressions that what is new may contradict.

    What a kind calls plain is not looked at closely; that is sound only beside the expressions and
    words it was written for.
    """
    words, kinds = own.get("words", {}), own.get("kinds", {})
    all_change = isinstance(words, Mapping) and bool({*words} & {"months", *_EXPRESSIONS})
    for name, kind in merged.get("kinds", {}).items():
        new = kinds.get(name, {}) if isinstance(kinds, Mapping) else {}
        given = new if isinstance(new, Mapping) else {}
        changes = all_change or _RELIED_ON & {*given}
        if changes and "plain" not in given and isinstance(kind, dict):
            kind.pop("plain", None)


def _drop_words_of_other_values(
    merged: dict[str, Any], own: Mapping[str, Any], inherited: Mapping[str, Any]
) -> None:
    """Take out inherited meanings and spellings of values that a new list does not have."""
    lists = own.get("vocabularies", {})
    for name, given in lists.items() if isinstance(lists, Mapping) else ():
        if not isinstance(given, Mapping) or not isinstance(given.get("accepts"), list):
            continue
        if name not in inherited:
            continue
        for table in _OF_VALUES:
            new, words = given.get(table, {}), merged["vocabularies"][name].get(table, {})
            if isinstance(new, Mapping) and isinstance(words, Mapping):
                kept = {v: w for v, w in words.items() if v in given["accepts"] or v in new}
                merged["vocabularies"][name][table] = kept


def _label(name: str) -> str:
    """What a profile is called in sentences."""
    return f"{name}.toml" if _is_ours(name) else Path(name).name


def _text(name: str) -> tuple[str, str]:
    """The label of a profile in sentences, and its TOML text."""
    if _is_ours(name):
        entry = resources.files("roster_toolkit") / "profiles" / f"{name}.toml"
        return f"{name}.toml", entry.read_text(encoding="utf-8")
    return Path(name).name, profile_text(Path(name))


def profile_text(path: Path) -> str:
    """The TOML text of a file; raises ProfileError where it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_LONGEST + 1)
    except FileNotFoundError:
        known = ", ".join(profile_names())
        hint = _did_you_mean(str(path), profile_names())
        raise ProfileError(
            f"There is no profile {str(path)!r}.{hint} It is one of {known}, or the path of a "
            "TOML file."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ProfileError(f"The profile {path.name} cannot be read: {reason}.") from None
    if len(text) > _LONGEST:
        raise ProfileError(f"{path.name} is no profile: it is larger than any could be.")
    return text


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merge key by key; anything else in `above` replaces what is below."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(value, Mapping) and isinstance(under, Mapping):
            merged[key] = overlaid(under, value)
        else:
            merged[key] = value
    return merged


def _complete(label: str, merged: dict[str, Any]) -> None:
    """Give every column its key, and the key as its header where none is named."""
    columns = merged.get("columns")
    if not isinstance(columns, dict):
        raise ProfileError(f"{label}: the tables [columns.NAME] are missing.")
    order = merged.get("order", [])
    if isinstance(order, list) and all(isinstance(key, str) for key in order):
        first = [key for key in order if key in columns]
        merged["columns"] = columns = {key: columns[key] for key in (*first, *columns)}
    for key, entry in columns.items():
        if not isinstance(entry, dict):
            raise ProfileError(f"{label}: columns.{key} must be a table.")
        entry["key"] = key
        entry.setdefault("name", key)
        if entry.get("absent") is True and entry.get("requirement") != "class-key":
            entry |= {"header": "optional", "requirement": "optional"}


def _sentence(label: str, error: ValidationError, columns: tuple[str, ...]) -> str:
    """The first complaint of the schema, in words."""
    first = error.errors()[0]
    path = [str(part) for part in first["loc"]]
    where = ".".join(path)
    if first["type"] == "unexpected_keyword_argument":
        allowed = _allowed_keys(path)
        return f"{label}: {where} is not a known key.{_did_you_mean(path[-1], allowed)}"
    if first["type"] == "missing" and path[0] == "columns":
        others = tuple(key for key in columns if key != path[1])
        hint = _did_you_mean(path[1], others)
        return f"{label}: {where} is missing; a column of your own needs it.{hint}"
    if first["type"] == "missing":
        return f"{label}: {where} is missing."
    if first["type"] == "dataclass_type":
        return f"{label}: {where} must be a table."
    message = first["msg"][0].lower() + first["msg"][1:]
    return f"{label}: {where} is not right: {message}."


def _allowed_keys(path: list[str]) -> tuple[str, ...]:
    tables: dict[str, type[Record]] = {
        "columns": Column,
        "entities": Subject,
        "kinds": Kind,
        "vocabularies": Vocabulary,
        "rules": RuleSetting,
    }
    model = tables.get(path[0], Profile) if len(path) > 1 else Profile
    names = tuple(field.name for field in fields(model))  # type: ignore[arg-type]
    return (*names, "extends") if model is Profile else names


def _did_you_mean(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _contradictions(profile: Profile) -> Iterator[str]:
    """Sentences about entries that are well-formed but do not fit together."""
    if profile.can(Capability.ROSTER):
        yield from _missing_structure(profile)
    yield from _unknown_entities(profile)
    yield from _wrong_company(profile)
    yield from _needed_columns(profile)
    yield from _wrong_settings(profile)
    names: dict[str, str] = {}
    for column in profile.columns.values():
        where = f"columns.{column.key}"
        if column.kind not in profile.kinds:
            hint = _did_you_mean(column.kind, tuple(profile.kinds))
            yield f"{where}.kind names {column.kind}, which is not in [kinds].{hint}"
        if column.vocabulary and column.vocabulary not in profile.vocabularies:
            hint = _did_you_mean(column.vocabulary, tuple(profile.vocabularies))
            yield f"{where}.vocabulary names {column.vocabulary}, which is not there.{hint}"
        if (column.kind == "choice") != bool(column.vocabulary):
            yield f"{where}: the kind `choice` and a vocabulary belong together."
        header = column.name.casefold()
        if header in names:
            yield f"{where}.name is also the header of columns.{names[header]}."
        names[header] = column.key
    for index, row in enumerate(profile.template_rows):
        for key in sorted(set(row) - set(profile.columns)):
            hint = _did_you_mean(key, tuple(profile.columns))
            yield f"template_rows[{index}].{key} is not a column.{hint}"


def _needed_columns(profile: Profile) -> Iterator[str]:
    """Sentences about columns that a portal cannot do without."""
    for column in profile.columns.values():
        where = f"columns.{column.key}"
        if column.absent and column.identifies is not None:
            yield f"{where} cannot be absent: it tells the {column.identifies} of each row."
        if not column.judged and column.key in STRUCTURE:
            yield f"{where} must be judged; the toolkit needs it. Leave out `judged`."


def _unknown_entities(profile: Profile) -> Iterator[str]:
    """Sentences about kinds of record that are named and not there, or lack a key."""
    known = (Entity.ROW.value, *profile.entities)
    for column in profile.columns.values():
        yield from _unknown_subject(column, known)
        if "userRole" not in profile.columns and not column.requirement.of_everybody:
            yield f"columns.{column.key}.requirement asks for roles, and there is no userRole."
    for name, subject in profile.entities.items():
        if name in (*_TAKEN, Entity.ROW.value):
            yield f"entities.{name}: the toolkit uses that name itself; choose another."
        for other in (*subject.joins, *subject.includes):
            if other not in known:
                hint = _did_you_mean(other, known)
                yield f"entities.{name} names {other}, which is not in [entities].{hint}"
        keys = [c.key for c in profile.columns.values() if c.identifies == name]
        if len(keys) != (0 if subject.joins else 1) and not _may_lack_key(name, profile):
            yield f"exactly one column must have `identifies = {name!r}`, not {len(keys)}."
    if profile.rows_are not in profile.entities:
        yield f"rows_are names {profile.rows_are}, which is not in [entities]."


def _wrong_company(profile: Profile) -> Iterator[str]:
    """Sentences about the file beside which one is uploaded."""
    if not profile.beside:
        return
    if profile.beside not in profile_names():
        hint = _did_you_mean(profile.beside, profile_names())
        yield f"beside names {profile.beside!r}; it is one of {', '.join(profile_names())}.{hint}"
    if profile.record_key != ("userId",):
        yield (
            "beside goes with rows about people of users.csv: columns.userId alone must identify "
            "what rows_are."
        )


def _unknown_subject(column: Column, known: tuple[str, ...]) -> Iterator[str]:
    """Sentences about what a column is a fact of, or the key of, where there is no such record."""
    for field, entity in (("about", column.about), ("identifies", column.identifies)):
        if entity is not None and entity not in known:
            hint = _did_you_mean(entity, known)
            yield (
                f"columns.{column.key}.{field} is not right: it should be one of "
                f"{', '.join(known)}.{hint}"
            )
    if column.key in _TAKEN:
        yield f"columns.{column.key}: the toolkit uses that name itself; choose another."
    if column.identifies == column.key:
        yield f"columns.{column.key} identifies a kind of record of its own name; rename one."


def _may_lack_key(name: str, profile: Profile) -> bool:
    """Whether another sentence says already that a roster lacks the key of a record."""
    return profile.can(Capability.ROSTER) and name in tuple(Entity)


def _missing_structure(profile: Profile) -> Iterator[str]:
    for key in STRUCTURE:
        if key not in profile.columns:
            yield (
                f"columns.{key} is missing; the toolkit needs it. To rename its header, keep the "
                f"table and set `name`; for a file that is no roster, set `capabilities = []`."
            )
    for subject in (Entity.SCHOOL, Entity.PERSON, Entity.CLASS):
        keys = [c.key for c in profile.columns.values() if c.identifies == subject]
        if len(keys) != 1:
            yield f"exactly one column must have `identifies = {subject.value!r}`, not {len(keys)}."
    keyed = [c.key for c in profile.needing(lambda need: need.class_key)]
    if keyed != ["classId"]:
        yield "the requirement `class-key` belongs to columns.classId alone."


def _wrong_settings(profile: Profile) -> Iterator[str]:
    if profile.on_error not in ("row", "file"):
        yield "on_error is `row` or `file`."
    for person in profile.accepts_people:
        if person not in _PEOPLE:
            yield f"accepts_people names {person!r}; it may hold {' and '.join(_PEOPLE)}."
    yield from _broken_patterns(profile)
    yield from _unaccepted_words(profile)
    yield from _unaccepted_roles(profile)
    for code, setting in profile.rules.items():
        if not re.fullmatch(r"RT\d{3}", code):
            yield f"rules.{code} is not a rule code; they look like RT302."
        for key in sorted(set(setting.columns) - set(profile.columns)):
            hint = _did_you_mean(key, tuple(profile.columns))
            yield f"rules.{code}.columns.{key} is not a column.{hint}"
    yield from _wrong_thresholds(profile)
    for name in ("placeholders", "spreadsheet_damage"):
        if name not in profile.words:
            yield f"words.{name} is missing."


def _wrong_thresholds(profile: Profile) -> Iterator[str]:
    for name, number in profile.thresholds.items():
        if not 0 <= number <= _LARGEST:
            yield f"thresholds.{name} must be a number from 0 to {_LARGEST:,}."
    needed = ("class_size", "mass_change_records") if profile.can(Capability.ROSTER) else ()
    for name in needed:
        if name not in profile.thresholds:
            yield f"thresholds.{name} is missing."


def _unaccepted_roles(profile: Profile) -> Iterator[str]:
    column = profile.columns.get("userRole")
    vocabulary = profile.vocabulary_of(column) if column else None
    accepted = vocabulary.accepts if vocabulary else ()
    for name, roles in profile.parts.items():
        if name != Part.ADMINS:
            yield f"parts.{name} is not a part that roles choose; only {Part.ADMINS} is."
        for role in sorted(set(roles) - set(accepted)):
            hint = _did_you_mean(role, accepted)
            yield f"parts.{name} names {role!r}, which userRole does not accept.{hint}"


def _broken_patterns(profile: Profile) -> Iterator[str]:
    for where, pattern in _patterns(profile):
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            yield f"{where} is not a regular expression: {error}."


def _patterns(profile: Profile) -> Iterator[tuple[str, str]]:
    """Each regular expression, and where it stands."""
    for name, kind in profile.kinds.items():
        for field in ("pattern", "plain", "suspicious"):
            if pattern := getattr(kind, field):
                yield f"kinds.{name}.{field}", pattern
    for name in _EXPRESSIONS:
        for pattern in profile.words.get(name, ()):
            yield f"words.{name}", pattern


def _foreign_patterns(profile: Profile) -> Iterator[str]:
    """Sentences about patterns that Python knows and Polars, which matches cells, does not."""
    import polars as pl

    for where, pattern in _patterns(profile):
        try:
            pl.Series([""]).str.contains(pattern)
        except pl.exceptions.PolarsError:
            yield (
                f"{where} uses what the engine does not know, such as looking ahead or behind, or "
                f"is too large."
            )


def _unaccepted_words(profile: Profile) -> Iterator[str]:
    for name, vocabulary in profile.vocabularies.items():
        for table in _OF_VALUES:
            where = f"vocabularies.{name}.{table}"
            for value in sorted(set(getattr(vocabulary, table)) - set(vocabulary.accepts)):
                hint = _did_you_mean(value, vocabulary.accepts)
                yield f"{where} names {value!r}, which it does not accept.{hint}"
        for value, meaning in vocabulary.means.items():
            if meaning not in _MEANINGS:
                hint = _did_you_mean(meaning, _MEANINGS)
                yield f"vocabularies.{name}.means.{value} is {meaning!r}, which says nothing.{hint}"
        for table in ("safe", "likely"):
            for word in (w for words in getattr(vocabulary, table).values() for w in words):
                if word != word.lower():
                    yield f"vocabularies.{name}.{table} holds {word!r}; write it in lower case."
