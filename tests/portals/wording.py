"""What a portal says of an error: sentences that name the column, vague ones, mere codes."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .dialect import Column
from .judging import Complaint

NAMED, VAGUE, CODES, CODES_BY_COLUMN, CODED = "named", "vague", "codes", "codes by column", "coded"

KINDS = (
    "required",
    "barred",
    "value",
    "email",
    "domain",
    "identifier",
    "shared-email",
    "conflicting-person",
    "conflicting-class",
    "primary-of-student",
    "removed-used",
    "ragged",
    "header",
)

_ENGLISH: tuple[tuple[str, ...], ...] = (
    ("{column} is required", "Missing required value for {column}", "{column} cannot be blank"),
    ("{column} is not allowed for this user", "{column} must be blank for staff"),
    ('"{value}" is not an accepted value for {column}', "Invalid {column}: {value}"),
    ("{column} must be a valid email address", "Invalid email format in {column}"),
    ("{column} uses a domain that is not permitted", "{column}: restricted email domain"),
    ("{column} contains invalid characters or is too long", "{column} is not a valid identifier"),
    ("{column} is already used by another user", "Duplicate {column} in file"),
    ("{column} does not match other rows for this user", "Conflicting {column} for user"),
    ("{column} does not match other rows for this class", "Conflicting {column} for class"),
    ("{column} is not allowed for students", "Students cannot have {column}"),
    ("{column}: class is both removed and rostered", "{column} is removed in this file"),
    ("Row has the wrong number of columns", "Column count mismatch"),
    ("File headers do not match the template", "Invalid headers"),
)
_GERMAN = (
    "{column} ist ein Pflichtfeld",
    "{column} darf für diese Person nicht angegeben werden",
    "Ungültiger Wert „{value}“ in {column}",
    "{column} ist keine gültige E-Mail-Adresse",
    "Die Domain in {column} ist nicht erlaubt",
    "{column} enthält ungültige Zeichen oder ist zu lang",
    "{column} wird bereits von einer anderen Person verwendet",
    "{column} weicht von anderen Zeilen der Person ab",
    "{column} weicht von anderen Zeilen des Kurses ab",
    "{column} ist für Lernende nicht erlaubt",
    "{column}: Kurs wird zugleich entfernt und verwendet",
    "Falsche Anzahl von Spalten",
    "Die Kopfzeile entspricht nicht der Vorlage",
)
_SPANISH = (
    "{column} es obligatorio",
    "{column} no se permite para esta persona",
    "Valor no válido «{value}» en {column}",
    "{column} no es un correo válido",
    "El dominio de {column} no está permitido",
    "{column} contiene caracteres no válidos o es demasiado largo",
    "{column} ya lo usa otra persona",
    "{column} no coincide con otras filas de la persona",
    "{column} no coincide con otras filas del grupo",
    "{column} no se permite para estudiantes",
    "{column}: el grupo se elimina y se usa a la vez",
    "Número de columnas incorrecto",
    "El encabezado no corresponde a la plantilla",
)
_VAGUE = {
    "en": (
        "Required value is missing",
        "Additional data found",
        "Invalid value",
        "Invalid email",
        "Domain not permitted",
        "Invalid identifier",
        "Duplicate record",
        "Conflicting data for user",
        "Conflicting data for class",
        "Value not allowed",
        "Class is removed in this file",
        "Column count mismatch",
        "Invalid headers",
    ),
    "de": (
        "Pflichtangabe fehlt",
        "Zusätzliche Angabe",
        "Ungültiger Wert",
        "Adresse ungültig",
        "Domain nicht erlaubt",
        "Kennung ungültig",
        "Doppelter Eintrag",
        "Widersprüchliche Angaben zur Person",
        "Widersprüchliche Angaben zum Kurs",
        "Angabe nicht erlaubt",
        "Kurs wird entfernt",
        "Falsche Anzahl von Spalten",
        "Kopfzeile falsch",
    ),
    "es": (
        "Falta un dato obligatorio",
        "Dato adicional",
        "Valor no válido",
        "Correo no válido",
        "Dominio no permitido",
        "Identificador no válido",
        "Registro duplicado",
        "Datos contradictorios de la persona",
        "Datos contradictorios del grupo",
        "Dato no permitido",
        "El grupo se elimina",
        "Número de columnas incorrecto",
        "Encabezado incorrecto",
    ),
}
_REMEDIES = {
    "required": "Fill in the value in every row and upload the file again.",
    "value": "Use one of the values that the data dictionary lists.",
    "email": "Use an address of the form name@school.org.",
    "shared-email": "Give each user an address of their own.",
}
_REMEDY = "Correct the row and upload the file again."


@dataclass(frozen=True)
class Wording:
    """The texts of one portal: one for each kind of error, and how it names a column."""

    style: str
    language: str
    texts: dict[str, str]
    codes: dict[str, str]
    labels: dict[str, str]

    def of(self, complaint: Complaint) -> str:
        """What the portal says of one error."""
        return self.text(complaint.kind, complaint.key, complaint.value)

    def text(self, kind: str, key: str | None, value: str = "…") -> str:
        """The portal's text for a kind of error in a column."""
        if self.style == CODES:
            return self.codes[kind]
        if self.style == CODES_BY_COLUMN:
            return self.codes[f"{kind} {key or ''}"]
        text = self.texts[kind].format(column=self.labels.get(key or "", ""), value=value)
        return f"{self.codes[kind]}: {text}" if self.style == CODED else text

    def remedy(self, kind: str) -> str:
        """How the help page tells to resolve it."""
        return _REMEDIES.get(kind, _REMEDY)


def worded(
    columns: list[Column], chance: random.Random, *, style: str, language: str, labelled: bool
) -> Wording:
    """The texts of a portal with those columns."""
    if style in {VAGUE, CODED}:
        chosen: tuple[str, ...] = _VAGUE[language]
    elif language == "en":
        chosen = tuple(chance.choice(choices) for choices in _ENGLISH)
    else:
        chosen = _GERMAN if language == "de" else _SPANISH
    labels = {c.key: _label(c.name) if labelled else c.name for c in columns}
    return Wording(style, language, dict(zip(KINDS, chosen, strict=True)), _codes(columns), labels)


def _codes(columns: list[Column]) -> dict[str, str]:
    codes = {kind: f"E{101 + place}" for place, kind in enumerate(KINDS)}
    names = ["", *(column.key for column in columns)]
    for first, kind in enumerate(KINDS):
        for second, name in enumerate(names):
            codes[f"{kind} {name}"] = f"E{first + 1}{second:02}"
    return codes


def _label(name: str) -> str:
    """A name of a column as a person would write it: userLastName is User Last Name."""
    spaced = "".join(f" {c}" if c.isupper() else c for c in name.replace("_", " "))
    return " ".join(word[:1].upper() + word[1:] for word in spaced.split())
