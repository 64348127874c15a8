"""What a data dictionary says of who must fill a column: marks, words and sentences.

Of each role one of `NEEDS`, or None where nothing is said. "Required for students" says that staff
need not fill it, too (`NOT_REQUIRED`); that a cell must be blank is only taken from words that say
so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from roster_toolkit.calibration.documents.headings import STAFF, STUDENTS, plain

REQUIRED, WITH_CLASS, OPTIONAL, BLANK = "required", "with-class", "optional", "blank"
NEEDS = (REQUIRED, WITH_CLASS, OPTIONAL, BLANK)
#: Optional as far as nothing else is said: "required for students" does not say blank for staff.
NOT_REQUIRED = "not-required"


@dataclass(frozen=True)
class Needs:
    """What is required of the rows of students and of staff."""

    students: str | None = None
    staff: str | None = None

    def over(self, other: Needs) -> Needs:
        """These, and what the other says where these say nothing."""
        return Needs(self.students or other.students, self.staff or other.staff)


NOTHING = Needs()

#: Whole cells that say yes or no, in plain letters; single letters stand in `_letters`.
_YES = {
    "yes", "y", "x", "true", "si", "ja", "oui", "always", "siempre", "immer", "toujours", "all",
    "both", "everyone", "all users", "all rows", "1", "must", "muss", "shall", "alle", "todos",
    "tous", "in all rows", "every row", "1 1",
}  # fmt: skip
_NO = {"no", "n", "false", "nein", "non", "never", "0", "0 1", "may", "kann", "nunca", "jamais"}
_TICKS = re.compile(r"[✓✔☑✅●■⬤◉*\u2217\uff0a†‡]|\[x\]|check ?mark|checked|tick")
#: "✔*" or "Yes**": a mark that a footnote narrows.
_FOOTNOTED = re.compile(r"[^*†‡\n]+[*†‡]+")
_CROSSES = re.compile(r"[✗✘✕❌☐○□]|\[ \]")
_CONDITIONAL = re.compile(
    r"c|cond|cr|conditional(ly)?|conditional(ly)? required|required conditional|condicional\w*|"
    r"bedingt\w*|conditionnel\w*|depends|it depends|situational|varies|"
    r"(conditional )?see (the )?(notes?|description|below)"
)
_FREE = re.compile(
    r"\b(not (always |strictly )?(required|mandatory|needed|necessary)|optional(ly)?|voluntary|"
    r"recommended|encouraged|can be (left )?(blank|empty|omitted)|(may|can) (also )?be (left )?"
    r"(blank|empty|omitted)|if available|(if|as|where|when) (needed|necessary|applicable|desired)|"
    r"if (you have|known)|no obligatori[oa]|opcional(es)?|no (es )?requerid[oa]|facultatif|"
    r"facultative|pas obligatoire|non obligatoire|non requis|nicht erforderlich|kein pflichtfeld|"
    r"keine pflicht\w*|optionale?s?|freiwillig|puede (dejarse|quedar) (en blanco|vacio)|"
    r"(kann|darf) leer bleiben|peut (rester|etre) (vide|laisse vide)|nice to have|"
    r"leave (it )?(blank|empty) (to|if|when|unless))\b"
)
_EMPTY = re.compile(
    r"\b(leave (this |it |the )?(field |column |cell |value )?(blank|empty)|"
    r"(must|should|has to|have to|needs to) (always )?(be|stay|remain) (left )?(blank|empty)|"
    r"(must|should) not (be )?(enter|use|used|filled|provided|completed|"
    r"populated|present)|do not (use|enter|fill|complete|provide|populate|include|submit)|"
    r"don t (use|enter|fill|complete|provide)|not (applicable|used|allowed|permitted|accepted|"
    r"available)|n a\b|na$|does not apply|do not apply|prohibited|forbidden|"
    r"(always |stays? |left |be |keep )(blank|empty)|(blank|empty) (for|otherwise)|"
    r"(otherwise|else) (blank|empty)|dejar (en blanco|vacio)|dejese en blanco|no aplica|"
    r"leer lassen|bleibt leer|leer bleiben|nicht (ausfullen|zutreffend|erlaubt|anwendbar)|"
    r"entfallt|laisser (vide|en blanc)|sans objet|ne pas (remplir|renseigner)|non applicable)\b"
)
#: Words that say so in a cell of requirements or beside a role, not in a sentence about anything.
_EMPTY_WORD = re.compile(r"\b(omit|blank|empty|ignored|unused|en blanco|vacio|leer|vide)\b")
#: What a sentence says of a cell that happens to be blank.
_IF_EMPTY = re.compile(
    r"\b(if|when|where|si|wenn|falls|blank|empty) (this |it |is |left |the |cell |field |value |"
    r"column |est |esta |en )*(blank|empty|blanco|vacio|leer|vide|means|keeps|defaults)\b"
)
_MUST = re.compile(
    r"\b(required|mandatory|obligator(y|io|ia|ios|ias)|compulsory|must (be )?(provided?|fill(ed)?|"
    r"supplied|supply|completed?|entered|included?|populated|present|not be (left )?"
    r"(blank|empty))|(can ?not|may not) be (left )?(blank|empty)|needed|necessary|requerid[oa]s?|"
    r"obligatoires?|requise?s?|pflicht(feld|angabe|spalte)?|erforderlich|notwendig|zwingend|"
    r"must have( a value)?|always (fill|provide|enter)|essential|muss( angegeben"
    r"| ausgefullt)?|doit etre (rempli|renseigne)e?|debe (completarse|llenarse|estar))\b"
)
_IS_CONDITIONAL = re.compile(
    r"\b(if|when|whenever|where|unless|only|(for|of) (all )?(new|existing|returning|some|certain)|"
    r"conditional(ly)?|in case|as soon as|with|together with|"
    r"along with|once|si|cuando|solo|si la|wenn|falls|sobald|nur|mit|lorsque|quand|avec|seulement|"
    r"con|bedingt|condicional(mente)?)\b"
)
_CLASS = (
    r"(class(es)?|sections?|courses?|groups?|enrol(l)?(ed|ing|ment|ments|s)?|roster(ed|ing|s)?|"
    r"clases?|grupos?|cursos?|seccion(es)?|klassen?|kurse?s?|gruppen?|classes?|cours|groupes?|"
    r"homeroom|period|(class|sect|course|group|kurs|klassen?|clase|grupo)\w*)"
)
_OF_CLASS = re.compile(
    rf"\b(if|when|whenever|where|as soon as|once|in case|si|cuando|wenn|falls|sobald|lorsque|quand)"
    rf"\b.{{0,60}}?\b{_CLASS}\b.{{0,40}}|\b(with|together with|along with|mit|avec|con|for) "
    rf"(an? |any |the |una? |une? |eine[rmn]? |each |every )?(other )?{_CLASS}\b|"
    rf"\bin (an? |any )?(class|section|course)\b"
)
_WITHOUT_CLASS = re.compile(
    rf"\b(without|no|not in) (an? |any )?{_CLASS}\b|{_CLASS} (is |are )?(left )?(blank|empty|"
    rf"missing)"
)
_ROLE_ONLY = re.compile(
    rf"((for|only|solo|nur|seulement|applies to|para|fur|pour|all|the|los|las|les|die|der|den|alle|"
    rf"todos|tous|bei) )*({STUDENTS}|{STAFF})(( and| or| y| und| et)?( los| las| les| the)? "
    rf"({STUDENTS}|{STAFF}))*( only| rows?| records?| nur| solamente|"
    rf" uniquement| seulement| unicamente)*"
)
_ALONE = re.compile(r"\b(only|solo|solamente|nur|seulement|uniquement|unicamente|exclusively)\b")
_OTHERWISE = re.compile(r"\b(otherwise|else|all others?|everyone else|others|de lo contrario|sonst|"
                        r"ansonsten|sinon|other rows|other users)\b")  # fmt: skip
_STUDENTS = re.compile(rf"(?<!non )\b({STUDENTS})\b")
_STAFF = re.compile(rf"\b({STAFF}|non students?|administrators?|admins?|coaches)\b")
_NOT_OF_ROLE = re.compile(rf"\bnot? (for |of |by )?(the )?({STUDENTS}|{STAFF})\b")
#: A letter and what it stands for: "R = Required".
_LEGEND = re.compile(r"(?<!\w)([A-Z])\)?\s*[=:–—-]\s*([^\W\d]{3,}[^,;.\n|]*)")
#: What ends a statement; a comma or "and" does where a new one follows.
_ENDS = re.compile(r"[;.\n•|]+(?=\s|$)|\n|;|\s/\s")
_SOFT_ENDS = re.compile(
    r",|\bbut\b|\band\b|\bpero\b|\baber\b|\bmais\b|\bund\b|\by\b|\bet\b|\bor\b|(?<![NnAa])/|\(|\)|"
    r"[–—]|:(?=\s)"
)


@dataclass(frozen=True)
class _Statement:
    """One thing that a text says: a need, and of whom."""

    need: str
    students: bool
    staff: bool
    otherwise: bool
    alone: bool


def needs_of(cell: str, prose: str, letters: Mapping[str, str], *, under_required: bool) -> Needs:
    """What the cell of requirements and the description of a column say together.

    A sentence about one role goes before the cell, and a condition on the class too; else the cell
    goes before a sentence. `letters` says what single letters stand for (see `letters_of`),
    `under_required` whether the heading of the cell asks who must fill it.
    """
    own = needs_of_cell(cell, letters, under_required=under_required)
    statements = _statements_of(prose, in_prose=True)
    told = _of_roles(statements)
    if _FOOTNOTED.fullmatch(cell.strip()) and told != NOTHING:
        own = NOTHING
    general = _general(statements)
    everyone = _everyone(general) if general else NOTHING
    if general is WITH_CLASS and BLANK not in (own.students, own.staff):
        own = everyone
    return told.over(own).over(_implied(statements)).over(everyone)


def needs_of_cell(cell: str, letters: Mapping[str, str], *, under_required: bool = True) -> Needs:
    """What a cell of the column of requirements says by itself."""
    text = plain(cell)
    if text in letters:
        return _everyone(letters[text])
    mark = cell.strip().casefold()
    if (mark and not _TICKS.sub("", mark).strip()) or text in _YES:
        return _everyone(REQUIRED)
    if _CROSSES.fullmatch(mark) or text in _NO:
        return _everyone(OPTIONAL)
    if not text or _CONDITIONAL.fullmatch(text):
        return NOTHING
    if _ROLE_ONLY.fullmatch(text):
        return _role_alone(text, under_required=under_required)
    statements = _statements_of(_spelled_out(cell, letters), in_prose=False)
    general = _general(statements)
    everyone = _everyone(general) if general else NOTHING
    return _of_roles(statements).over(_implied(statements)).over(everyone)


def _spelled_out(cell: str, letters: Mapping[str, str]) -> str:
    """A cell with its letters, yes and no in words: "Students: R, staff: no"."""
    cell = re.sub(r"(?i)^\s*(?:conditional(?:ly)?|condicional|bedingt)\s*[:(–-]", "required ", cell)
    cell = re.sub(r"(?i)\b(yes|sí|ja|oui)\b", "required", cell)
    cell = re.sub(
        r"\b(no|nein|non)\b(?=\s*(?:$|[,;.)/|\n]|for\b|para\b|für\b|pour\b))",
        "optional", cell, flags=re.IGNORECASE,
    )  # fmt: skip
    cell = re.sub(rf"(?i)\(((?:for )?(?:all )?(?:{STUDENTS}|{STAFF}))\)", r" \1", cell)
    letters = {"y": REQUIRED, "n": OPTIONAL, **letters}
    return re.sub(r"\b[A-Z]\b", lambda m: letters.get(m[0].casefold(), m[0]), cell)


def _role_alone(text: str, *, under_required: bool) -> Needs:
    """What "Students only" says: they must, under such a heading; else that others must not."""
    students, staff = _roles(text)
    if students and staff:
        return _everyone(REQUIRED) if under_required else NOTHING
    own, other = (REQUIRED, NOT_REQUIRED) if under_required else (None, BLANK)
    return Needs(own, other) if students else Needs(other, own)


def _of_roles(statements: Sequence[_Statement]) -> Needs:
    """What statements about one role say, and what they say of all others."""
    told: dict[bool, str] = {}
    for said in statements:
        if said.students != said.staff:
            told.setdefault(said.students, said.need)
    for said in statements:
        if said.otherwise and told and not (said.students or said.staff):
            told.setdefault(False in told, said.need)
    return Needs(told.get(True), told.get(False))


def _general(statements: Sequence[_Statement]) -> str | None:
    """What statements say that name no role, or both."""
    one_role = any(said.students != said.staff for said in statements)
    return next(
        (
            said.need
            for said in statements
            if said.students == said.staff and not (said.otherwise and one_role)
        ),
        None,
    )


def _implied(statements: Sequence[_Statement]) -> Needs:
    """What statements about one role say of the other without a word."""
    implied: dict[bool, str] = {}
    for said in statements:
        if said.students != said.staff and said.need in (REQUIRED, WITH_CLASS):
            implied[not said.students] = NOT_REQUIRED
        if said.students != said.staff and said.need is OPTIONAL and said.alone:
            implied[not said.students] = BLANK
    return Needs(implied.get(True), implied.get(False))


def _statements_of(text: str, *, in_prose: bool) -> list[_Statement]:
    made = []
    for sentence in _ENDS.split(text):
        for clause in _clauses(sentence):
            need = _need(clause)
            students, staff = _roles(clause)
            one_role = students != staff
            if need is None or (need is BLANK and in_prose and not one_role):
                continue
            if in_prose and _EMPTY_WORD.search(clause) and not (one_role or _EMPTY.search(clause)):
                continue
            otherwise = bool(_OTHERWISE.search(clause))
            alone = bool(_ALONE.search(clause))
            made.append(_Statement(need, students, staff, otherwise, alone))
    return made


def _clauses(sentence: str) -> list[str]:
    """A sentence in plain letters, parted where a second statement of requirement begins."""
    made: list[str] = []
    pending: list[str] = []
    for piece in filter(None, map(plain, _SOFT_ENDS.split(sentence))):
        if _need(piece) is None:
            pending.append(piece)
            continue
        # "TRUE for lead teachers, blank otherwise": blank is said of all but those.
        between = "" if not made and _OTHERWISE.search(piece) else " ".join(pending)
        if made and not (any(_roles(between)) and not any(_roles(piece))):
            made[-1] = f"{made[-1]} {between}".strip()
            between = ""
        made.append(f"{between} {piece}".strip())
        pending = []
    if made:
        made[-1] = " ".join([made[-1], *pending])
    return made


def _need(clause: str) -> str | None:
    """What one statement asks for."""
    if _FREE.search(clause):
        return OPTIONAL
    must, strong = _MUST.search(clause), _EMPTY.search(clause)
    if strong and not (must and must.start() <= strong.start() < must.end()):
        return BLANK
    if not must:
        if _IF_EMPTY.search(clause) or not _EMPTY_WORD.search(clause):
            return None
        return BLANK
    if _OF_CLASS.search(clause) and not _WITHOUT_CLASS.search(clause):
        return WITH_CLASS
    rest = clause.replace(must[0], " ", 1)
    return OPTIONAL if _IS_CONDITIONAL.search(rest) and not any(_roles(clause)) else REQUIRED


def _roles(clause: str) -> tuple[bool, bool]:
    """Whether a statement is about students, and about staff."""
    clause = _NOT_OF_ROLE.sub(" ", clause)
    return bool(_STUDENTS.search(clause)), bool(_STAFF.search(clause))


def _everyone(need: str) -> Needs:
    return Needs(need, need)


def letters_of(cells: Iterable[str], legend: str) -> Mapping[str, str]:
    """What single letters of a column of requirements mean, by a legend and by the company."""
    letters = {plain(cell) for cell in cells if len(plain(cell)) == 1}
    meant = {"r": REQUIRED, "o": OPTIONAL}
    meant |= dict.fromkeys(letters & set("mpejs"), REQUIRED)
    meant |= dict.fromkeys(letters & set("fk"), OPTIONAL)
    if "o" in letters and (letters & {"f"} or letters <= {"o", "n"}):
        meant["o"] = REQUIRED  # obligatoire or facultatif, oui or non
    for letter, word in _LEGEND.findall(legend):
        need = _need(plain(word))
        if need:
            meant[letter.casefold()] = need
    return meant


def say_requirements(cells: Sequence[str]) -> bool:
    """Whether most of the filled cells are such as a column of requirements has."""
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum(map(_is_mark, filled)) >= 0.7 * len(filled)


def _is_mark(cell: str) -> bool:
    text = plain(cell)
    short = len(text) < 90  # noqa: PLR2004
    return (
        text in _YES | _NO
        or text in ("r", "o", "c", "m")
        or bool(_TICKS.fullmatch(cell.strip().casefold()))
        or bool(_CONDITIONAL.fullmatch(text))
        or bool(text and _ROLE_ONLY.fullmatch(text))
        or (short and _need(text) is not None)
    )
