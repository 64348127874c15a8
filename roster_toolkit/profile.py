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
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from roster_toolkit.errors import ProfileError
from roster_toolkit.model import (
    About,
    Column,
    Kind,
    Part,
    Profile,
    Requirement,
    RuleSetting,
    Vocabulary,
)

DEFAULT_PROFILE = "batch-upload"

#: Columns that the engine must find in every profile, whatever header they stand under.
STRUCTURE = (
    "action", "schoolId", "userId", "userRole", "userFirstName", "userLastName",
    "userEmail", "userGrade", "classId", "primary_teacher",
)  # fmt: skip


def profile_names() -> tuple[str, ...]:
    """Names of the profiles that come with the toolkit, the default first."""
    folder = resources.files("roster_toolkit") / "profiles"
    names = sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )
    return (DEFAULT_PROFILE, *(name for name in names if name != DEFAULT_PROFILE))


@cache
def load_profile(name: str | Path = DEFAULT_PROFILE) -> Profile:
    """The profile of that name, or the one that a TOML file describes.

    Raises ProfileError with a sentence for a file that is missing or broken.
    """
    label, merged = _merged(str(name), seen=())
    try:
        _complete(label, merged)
        digest = hashlib.sha256(json.dumps(merged, sort_keys=True).encode()).hexdigest()
        profile = Profile.model_validate({**merged, "sha256": digest})
    except ValidationError as error:
        raise ProfileError(_sentence(label, error)) from None
    for slip in _contradictions(profile):
        raise ProfileError(f"{label}: {slip}")
    return profile


def _merged(name: str, seen: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """The tables of a profile with those it extends beneath them."""
    label, text = _text(name)
    if label in seen:
        raise ProfileError(f"{label}: `extends` leads back to the same profile.")
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{label} is not valid TOML: {error}.") from None
    base = own.pop("extends", None)
    if base is None:
        return label, own
    if not isinstance(base, str):
        raise ProfileError(f"{label}: `extends` takes the name or path of one profile, as text.")
    beside = Path(name).parent / base
    parent = str(beside) if beside.is_file() else base
    _, below = _merged(parent, (*seen, label))
    return label, _overlay(below, own)


def _text(name: str) -> tuple[str, str]:
    """The label of a profile in sentences, and its TOML text."""
    if name in profile_names():
        entry = resources.files("roster_toolkit") / "profiles" / f"{name}.toml"
        return f"{name}.toml", entry.read_text(encoding="utf-8")
    path = Path(name)
    try:
        return path.name, path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        known = ", ".join(profile_names())
        hint = _did_you_mean(name, profile_names())
        raise ProfileError(
            f"There is no profile {name!r}.{hint} It is one of {known}, or the path of a TOML file."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ProfileError(f"The profile {path.name} cannot be read: {reason}.") from None


def _overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merge key by key; anything else in `above` replaces what is below."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(under, Mapping)
        merged[key] = _overlay(under, value) if both else value  # type: ignore[arg-type]
    return merged


def _complete(label: str, merged: dict[str, Any]) -> None:
    """Give every column its key, and the key as its header where none is named."""
    columns = merged.get("columns")
    if not isinstance(columns, dict):
        raise ProfileError(f"{label}: the tables [columns.NAME] are missing.")
    for key, entry in columns.items():
        if not isinstance(entry, dict):
            raise ProfileError(f"{label}: columns.{key} must be a table.")
        entry["key"] = key
        entry.setdefault("name", key)


def _sentence(label: str, error: ValidationError) -> str:
    """The first complaint of the schema, in words."""
    first = error.errors()[0]
    path = [str(part) for part in first["loc"]]
    where = ".".join(path)
    if first["type"] == "extra_forbidden":
        allowed = _allowed_keys(path)
        return f"{label}: {where} is not a known key.{_did_you_mean(path[-1], allowed)}"
    if first["type"] == "missing":
        return f"{label}: {where} is missing."
    message = first["msg"][0].lower() + first["msg"][1:]
    return f"{label}: {where} is not right: {message}."


def _allowed_keys(path: list[str]) -> tuple[str, ...]:
    tables: dict[str, type[BaseModel]] = {
        "columns": Column,
        "kinds": Kind,
        "vocabularies": Vocabulary,
        "rules": RuleSetting,
    }
    model = tables.get(path[0], Profile) if len(path) > 1 else Profile
    return (*model.model_fields, "extends") if model is Profile else tuple(model.model_fields)


def _did_you_mean(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f" Did you mean {close[0]}?" if close else ""


def _contradictions(profile: Profile) -> Iterator[str]:
    """Sentences about entries that are well-formed but do not fit together."""
    yield from _missing_structure(profile)
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
        if column.name in names:
            yield f"{where}.name is also the header of columns.{names[column.name]}."
        names[column.name] = column.key
    for index, row in enumerate(profile.template_rows):
        for key in set(row) - set(profile.columns):
            hint = _did_you_mean(key, tuple(profile.columns))
            yield f"template_rows[{index}].{key} is not a column.{hint}"


def _missing_structure(profile: Profile) -> Iterator[str]:
    for key in STRUCTURE:
        if key not in profile.columns:
            yield (
                f"columns.{key} is missing; the toolkit needs it. To rename its header, keep the "
                f"table and set `name`."
            )
    for subject in (About.SCHOOL, About.PERSON, About.CLASS):
        keys = [c.key for c in profile.columns.values() if c.identifies is subject]
        if len(keys) != 1:
            yield f"exactly one column must have `identifies = {subject.value!r}`, not {len(keys)}."
    keyed = [c.key for c in profile.needing(Requirement.CLASS_KEY)]
    if keyed != ["classId"]:
        yield "the requirement `class-key` belongs to columns.classId alone."


def _wrong_settings(profile: Profile) -> Iterator[str]:
    if profile.on_error not in ("row", "file"):
        yield "on_error is `row` or `file`."
    yield from _broken_patterns(profile)
    yield from _unaccepted_words(profile)
    yield from _unaccepted_roles(profile)
    for code in profile.rules:
        if not re.fullmatch(r"RT\d{3}", code):
            yield f"rules.{code} is not a rule code; they look like RT302."
    for name in ("class_size", "mass_change_records"):
        if name not in profile.thresholds:
            yield f"thresholds.{name} is missing."
    for name in ("placeholders", "spreadsheet_damage"):
        if name not in profile.words:
            yield f"words.{name} is missing."


def _unaccepted_roles(profile: Profile) -> Iterator[str]:
    vocabulary = profile.vocabulary_of(profile.columns["userRole"])
    accepted = vocabulary.accepts if vocabulary else ()
    for name, roles in profile.parts.items():
        if name != Part.ADMINS:
            yield f"parts.{name} is not a part that roles choose; only {Part.ADMINS} is."
        for role in set(roles) - set(accepted):
            hint = _did_you_mean(role, accepted)
            yield f"parts.{name} names {role!r}, which userRole does not accept.{hint}"


def _broken_patterns(profile: Profile) -> Iterator[str]:
    for name, kind in profile.kinds.items():
        for field in ("pattern", "plain", "suspicious"):
            yield from _broken_pattern(f"kinds.{name}.{field}", getattr(kind, field))
    for pattern in profile.words.get("spreadsheet_damage", ()):
        yield from _broken_pattern("words.spreadsheet_damage", pattern)


def _broken_pattern(where: str, pattern: str | None) -> Iterator[str]:
    try:
        re.compile(pattern or "")
    except re.error as error:
        yield f"{where} is not a regular expression: {error}."


def _unaccepted_words(profile: Profile) -> Iterator[str]:
    for name, vocabulary in profile.vocabularies.items():
        for table in ("means", "safe", "likely"):
            where = f"vocabularies.{name}.{table}"
            for value in set(getattr(vocabulary, table)) - set(vocabulary.accepts):
                hint = _did_you_mean(value, vocabulary.accepts)
                yield f"{where} names {value!r}, which it does not accept.{hint}"
