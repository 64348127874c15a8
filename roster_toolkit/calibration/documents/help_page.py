"""A portal's help page of error texts: each text, and what it says to do about it.

Portals list them in tables, under headings, in definition lists or as bullets. What a page says
besides, such as how to prepare a file, is left out as far as it does not read like an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roster_toolkit.calibration.documents.headings import plain
from roster_toolkit.calibration.documents.pasted import Rows
from roster_toolkit.calibration.documents.tables import Table, read_tables
from roster_toolkit.errors import ToolkitError
from roster_toolkit.ingest.source import showable


@dataclass(frozen=True)
class HelpEntry:
    """One error text of a portal."""

    text: str
    """As the portal writes it."""
    remedy: str
    """What its help page says to do; blank where it says nothing."""
    place: str
    """Where it stands: "row 7 of the table 'Errors'"."""


_SEARCHED = 20
_LONGEST_TEXT = 400
_FEWEST_WORDS = 2
#: Share of the texts of a table or list that must read like errors where no heading says so.
_MOSTLY = 0.4

_OF_TEXT = re.compile(
    r"(the )?(error|warning|validation|import|upload|row|field)?s? ?(and warning )?"
    r"(messages?|texts?|errors?|problems?|issues?|warnings?|alerts?|what you see)"
    r"( (messages?|texts?|shown|displayed|name|description|you see))?|if you see( this)?|symptom|"
    r"(mensajes?|textos?)( de)?( error| del error)?|errores|fehler(meldung|text)?(en)?|"
    r"meldung(en)?|"
    r"(messages?|textes?)( d( |')?erreurs?)?|erreurs?|probleme?"
)
_OF_REMEDY = re.compile(
    r"(how|what) (to|can i|do i|should i|you can) .*|(possible |recommended |suggested )?"
    r"(resolutions?|solutions?|remed(y|ies)|fix(es)?|actions?|steps?|next steps?|corrections?|"
    r"corrective actions?|to resolve|to fix|action (needed|required|to take)|what to do|workaround)"
    r"( steps?)?|soluci(on|ones)|como (resolver|corregir|solucionar)\w*|que hacer|accion|"
    r"losung(en)?|"
    r"(was (ist )?zu tun)|abhilfe|behebung|massnahme|(solutions?|que faire|correction|resolution|"
    r"comment (resoudre|corriger).*)"
)
_OF_REASON = re.compile(
    r"(possible |likely )?(causes?|reasons?|meaning|explanations?|descriptions?|details?|why.*|"
    r"what (it|this) means|causas?|motivo|significado|descripcion|ursachen?|grund|bedeutung|"
    r"beschreibung|raisons?|signification|explication)"
)
_ERROR_WORDS = re.compile(
    r"\b(errors?|invalid|not valid|missing|duplicated?s?|already|unknown|not (found|allowed|"
    r"accepted|"
    r"recognized|recognised|exist|match|unique|permitted|supported|in|a valid)|does not|do not|"
    r"can ?not|could not|can t|isn t|doesn t|required|must|exceeds?|too (long|short|many|few)|"
    r"fail(ed|s|ure)?|incorrect|wrong|blank|empty|unexpected|unrecogni[sz]ed|conflicts?|"
    r"unable|rejected|more than|no (such|matching)|in use|belongs to|malformed|mismatch|"
    r"fehlt|fehlerhaft|ungultig\w*|bereits|unbekannt\w*|doppelt\w*|nicht|muss|"
    r"invalid[oa]s?|falta|duplicad[oa]s?|ya existe|ya esta|desconocid[oa]|no (es|existe|se|esta|"
    r"coincide|puede)|obligatori[oa]|debe|manquante?s?|invalide?s?|non valide|deja|inconnue?s?|"
    r"doublon|en double|n est pas|n existe pas|obligatoire|doit|incorrecte?)\b"
)
#: Beginnings of what one is told to do.
_ADVICE = re.compile(
    r"(please|check|correct|enter|add|remove|make sure|ensure|verify|use|change|update|delete|"
    r"replace|"
    r"contact|fill|provide|download|open|save|review|edit|to (fix|resolve|correct)|fix|try|upload|"
    r"confirm|choose|select|go to|rename|include|assign|click|see|follow|compruebe|corrija|"
    r"verifique|"
    r"agregue|elimine|ingrese|use|prufen|korrigieren|geben|fugen|entfernen|verifiez|corrigez|"
    r"ajoutez|supprimez|saisissez|indiquez)\b"
)
_LABEL_OF_TEXT = re.compile(
    r"^(?:error(?: (?:message|text))?|message|text|fehler|mensaje|erreur)\s*:\s*", re.IGNORECASE
)
_LABEL_OF_REMEDY = re.compile(
    r"^(?:how to (?:fix|resolve)(?: it| this)?|resolution|solution|fix|remedy|what to do|action|"
    r"to (?:fix|resolve)(?: this)?|lösung|solución|correction|abhilfe)\s*:\s*", re.IGNORECASE,
)  # fmt: skip
_QUOTES = " \"'“”\u2018\u2019«»„`•·"


def read_help_page(name: str, data: bytes) -> tuple[HelpEntry, ...]:
    """The error texts of a saved help page, in their order, each with its remedy.

    Takes what `read_tables` takes. A text that stands twice is one entry, at its first place.
    Raises ToolkitError with a sentence where nothing resembles an error text.
    """
    tables = read_tables(name, data)
    entries: dict[str, HelpEntry] = {}
    for table in tables:
        for entry in _entries(table):
            known = entries.get(entry.text)
            if known is None or (entry.remedy and not known.remedy):
                entries[entry.text] = entry
    if not entries:
        raise ToolkitError(
            f"{showable(name)} has no error texts: no table, list or heading in it reads like"
            " an error and what to do about it; choose the page that lists them."
        )
    return tuple(entries.values())


def _entries(table: Table) -> Iterator[HelpEntry]:
    head = _head(table.rows)
    columns = head[1:] if head else _columns_by_content(table)
    if not columns:
        return
    texts, remedies = columns
    start = head[0] + 1 if head else 0
    for row, cells in enumerate(table.rows[start:], start=start + 1):
        if not texts < len(cells) or not cells[texts]:
            continue
        text, remedy = _parted(cells[texts], [cells[p] for p in remedies if p < len(cells)])
        if (head or _reads_like_an_error(text)) and _is_text(text):
            yield HelpEntry(text, remedy, table.place(row))


def _head(rows: Rows) -> tuple[int, int, list[int]] | None:
    """Row of the headings, column of the texts, columns of the remedies."""
    for row, cells in enumerate(rows[:_SEARCHED]):
        headings = [plain(cell) if len(cell) < 60 else "" for cell in cells]  # noqa: PLR2004
        texts = [p for p, h in enumerate(headings) if h and _OF_TEXT.fullmatch(h)]
        remedies = [p for p, h in enumerate(headings) if h and _OF_REMEDY.fullmatch(h)]
        reasons = [p for p, h in enumerate(headings) if h and _OF_REASON.fullmatch(h)]
        if texts and len([h for h in headings if h]) > 1:
            return row, _longest_column(rows[row + 1 :], texts), remedies or reasons
        if remedies and reasons and not texts:
            return row, reasons[0], remedies
    return None


def _longest_column(rows: Rows, places: Sequence[int]) -> int:
    """Of several columns the one with the most text: the other has codes."""

    def length(place: int) -> int:
        return sum(len(row[place]) for row in rows if place < len(row))

    return max(places, key=lambda place: (length(place), -place))


def _columns_by_content(table: Table) -> tuple[int, list[int]] | None:
    """The column that reads like errors, and the next one to the right, where no heading says."""
    rows = [row for row in table.rows if any(row)]
    width = max(map(len, rows), default=0)
    if width == 1:
        width = 1 if table.is_list else 0
    best: tuple[float, int] | None = None
    for place in range(width):
        cells = [row[place] for row in rows if place < len(row) and row[place]]
        like = sum(_reads_like_an_error(_parted(cell, [])[0]) for cell in cells)
        share = like / len(rows)
        if like and share >= (0 if table.is_list else _MOSTLY) and (not best or share > best[0]):
            best = share, place
    return (best[1], list(range(best[1] + 1, width))) if best else None


def _parted(cell: str, beside: Sequence[str]) -> tuple[str, str]:
    """A text and its remedy, which may stand in the same cell below a label of its own."""
    lines = cell.split("\n")
    text, rest = lines[0], lines[1:]
    if beside and any(beside):
        text = " ".join(line for line in lines if line)
        rest = []
    remedy = "\n".join([*rest, *filter(None, beside)])
    text = re.sub(r"^(?:\d{1,3}[.)]|[•·*-])\s+", "", text)
    text = _LABEL_OF_TEXT.sub("", text).strip(_QUOTES)
    cleaned = (re.sub(r"^[•·]\s*", "", line) for line in remedy.split("\n"))
    return text, "\n".join(_LABEL_OF_REMEDY.sub("", line) for line in cleaned).strip()


def _is_text(text: str) -> bool:
    return any(c.isalpha() for c in text) and len(text) <= _LONGEST_TEXT


def _reads_like_an_error(text: str) -> bool:
    words = plain(text)
    return (
        _is_text(text)
        and len(words.split()) >= _FEWEST_WORDS
        and not text.endswith("?")
        and not _ADVICE.match(words)
        and not re.match(r"(how|what|why|when|before|about|understanding|common) ", words)
        and _ERROR_WORDS.search(words) is not None
    )
