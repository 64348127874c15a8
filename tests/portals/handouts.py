"""What a portal hands out: its template, its data dictionary in four forms, its help page."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import random

import xlsxwriter

from .dialect import EVERYBODY, IN_CLASS, STAFF_MEMBERS, STUDENTS, Column, Dialect
from .people import Row
from .wording import CODES_BY_COLUMN, KINDS, Wording

FORMS = ("csv", "html", "text", "xlsx")

_HEADINGS = {
    "en": (
        ("Column", "Field Name", "Header", "Field"),
        ("Required", "Required?", "Requirement", "Required/Optional"),
        ("Accepted values", "Allowed Values", "Valid values", "Values"),
        ("Description", "Notes", "What it is"),
        ("Example", "Sample"),
    ),
    "de": (
        ("Spalte", "Feld"),
        ("Pflichtfeld", "Erforderlich"),
        ("Zulässige Werte", "Erlaubte Werte"),
        ("Beschreibung",),
        ("Beispiel",),
    ),
    "es": (
        ("Columna", "Campo"),
        ("Obligatorio", "Requerido"),
        ("Valores permitidos", "Valores aceptados"),
        ("Descripción",),
        ("Ejemplo",),
    ),
}
# (of everybody, of students, of staff, in a class, of nobody)
_REQUIRED = {
    "en": (
        (
            "Required",
            "Required for students",
            "Required for staff",
            "Required with classId",
            "Optional",
        ),
        ("Yes", "Conditional: students", "Conditional: staff", "Conditional: with a class", "No"),
        ("R", "Required if student", "Required if staff", "Required if classId is filled", "O"),
    ),
    "de": (("Ja", "Ja, für Lernende", "Ja, für Personal", "Ja, mit classId", "Nein"),),
    "es": (("Sí", "Sí, estudiantes", "Sí, personal", "Sí, con classId", "No"),),
}
_MEANINGS = {
    "action": "What to do with the row.",
    "schoolId": "The unique ID of the school.",
    "userId": "The unique ID of the user in the district.",
    "userDistrictId": "The ID of the user in the district's own system.",
    "userStateId": "The ID of the user in the state's system.",
    "userRole": "The role of the user.",
    "userFirstName": "The first name of the user.",
    "userLastName": "The last name of the user.",
    "userEmail": "The email address of the user.",
    "userGrade": "The grade of a student.",
    "classId": "The unique ID of the class in the district.",
    "className": "The name of the class.",
    "classDisplayName": "The name of the class that students see.",
    "classGrade": "The grade of the class.",
    "classSubject": "The subject of the class.",
    "primary_teacher": "Whether a teacher is a primary teacher of the class.",
}


def template(dialect: Dialect, example: Row | None) -> bytes:
    """The header line, with an example below it where one is given."""
    rows = [] if example is None else [example]
    return written(dialect, rows)


def written(dialect: Dialect, rows: list[Row], left_out: frozenset[str] = frozenset()) -> bytes:
    """Rows as a users.csv of the portal, without the columns that are left out."""
    columns = [column for column in dialect.columns if column.key not in left_out]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerows([row.get(column.key, "") for column in columns] for row in rows)
    return text.getvalue().encode()


def dictionary(
    dialect: Dialect, form: str, chance: random.Random, language: str, example: Row
) -> tuple[str, bytes]:
    """The data dictionary, its columns in an order of its own, with its name as a file."""
    heads = [chance.choice(choices) for choices in _HEADINGS[language]]
    required = chance.choice(_REQUIRED[language])
    table = [
        [
            column.name,
            _requirement(column, required),
            _values(column, chance),
            _MEANINGS.get(column.key, "Further data of the row."),
            example.get(column.key, ""),
        ]
        for column in dialect.columns
    ]
    order = [0, *chance.sample([1, 2, 3, 4], 4)]
    lines = [[line[place] for place in order] for line in [heads, *table]]
    return {"csv": _csv, "html": _html, "text": _text, "xlsx": _xlsx}[form](lines)


def help_page(dialect: Dialect, wording: Wording) -> bytes:
    """A page that tells of every text what it means and how to resolve it."""
    entries = []
    for kind in KINDS:
        columns = (
            dialect.columns if wording.style == CODES_BY_COLUMN else [_concerned(dialect, kind)]
        )
        entries += [
            (wording.text(kind, c.key), _explained(kind, c.name), wording.remedy(kind))
            for c in columns
        ]
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in entry) + "</tr>\n"
        for entry in entries
    )
    heads = "<tr><th>Error</th><th>What it means</th><th>How to resolve it</th></tr>\n"
    return _page("Errors of Batch Upload", f"<table>{heads}{rows}</table>")


def _concerned(dialect: Dialect, kind: str) -> Column:
    """A column that such an error may well stand on."""
    keys = {"email": "userEmail", "domain": "userEmail", "value": "userRole", "barred": "userGrade"}
    keys |= {"shared-email": "userEmail", "identifier": "userId", "removed-used": "classId"}
    keys |= {"conflicting-class": "classId", "primary-of-student": "primary_teacher"}
    found = dialect.column(keys.get(kind, "userFirstName"))
    assert found is not None
    return found


def _explained(kind: str, name: str) -> str:
    sentences = {
        "required": f"A required value of {name} is missing.",
        "value": f"{name} holds a value that is not accepted.",
        "email": f"{name} is not an email address.",
        "domain": f"{name} uses a domain that cannot be used.",
        "identifier": f"{name} is not a valid ID.",
        "barred": f"{name} is filled where it must be blank.",
        "shared-email": f"{name} is used by two users.",
    }
    return sentences.get(kind, f"The row contradicts the file in {name}.")


def _requirement(column: Column, required: tuple[str, ...]) -> str:
    for place, group in enumerate((EVERYBODY, STUDENTS, STAFF_MEMBERS, IN_CLASS)):
        if column.needed == group:
            return required[place]
    return required[3] if column.needed else required[4]


def _values(column: Column, chance: random.Random) -> str:
    accepts = column.accepts
    if not accepts:
        return "Valid email address" if column.kind == "email" else ""
    if len(accepts) == 2:
        return f"Enter {accepts[0]} or {accepts[1]}" if chance.random() < 0.5 else "/".join(accepts)
    if column.kind == "grade" and accepts[-1].endswith("12") and chance.random() < 0.5:
        return f"{accepts[0]}, {accepts[1]}, {accepts[2]}-{accepts[-1]}"
    return chance.choice((", ", "; ", "\n")).join(accepts)


def _csv(lines: list[list[str]]) -> tuple[str, bytes]:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return "data-dictionary.csv", text.getvalue().encode()


def _text(lines: list[list[str]]) -> tuple[str, bytes]:
    """As it is pasted from a document: a tab between cells, and a list of values on one line."""
    flat = ["\t".join(cell.replace("\n", ", ") for cell in line) for line in lines]
    return "data-dictionary.txt", "\n".join(
        ["Data dictionary of users.csv", "", *flat, ""]
    ).encode()


def _html(lines: list[list[str]]) -> tuple[str, bytes]:
    rows = [f"<tr>{''.join(f'<th>{html.escape(cell)}</th>' for cell in lines[0])}</tr>"]
    rows += [
        f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in line)}</tr>" for line in lines[1:]
    ]
    table = "\n".join(rows)
    return "data-dictionary.html", _page("Data dictionary", f"<table>\n{table}\n</table>")


def _cell(text: str) -> str:
    """A cell of a page; a list of values as bullets."""
    if "\n" not in text:
        return html.escape(text)
    return f"<ul>{''.join(f'<li>{html.escape(one)}</li>' for one in text.splitlines())}</ul>"


def _page(title: str, body: str) -> bytes:
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return (
        f"<!DOCTYPE html>\n<html>{head}<body><nav>Home &gt; Help</nav><h1>{title}</h1>\n"
        f"<p>Last updated in 2026.</p>\n{body}\n<footer>Was this helpful?</footer></body></html>\n"
    ).encode()


def _xlsx(lines: list[list[str]]) -> tuple[str, bytes]:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2026, 1, 1)})  # noqa: DTZ001
        sheet = book.add_worksheet("users.csv")
        for place, line in enumerate(lines):
            sheet.write_row(place, 0, line)
    return "data-dictionary.xlsx", content.getvalue()
