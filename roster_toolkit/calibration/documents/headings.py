"""What the heading of a column of a data dictionary says that the column holds."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

_LONGEST = 60
#: Words of a heading from which on it is a sentence.
_MOST_WORDS = 7


class Holds(StrEnum):
    """What a column of a dictionary holds."""

    NAME = "names"
    LABEL = "labels"
    NEED = "requirement"
    OF_STUDENTS = "requirement of students"
    OF_STAFF = "requirement of staff"
    VALUES = "accepted values"
    TYPE = "type or format"
    LENGTH = "length"
    EXAMPLE = "example"
    DESCRIPTION = "description"
    APPLIES = "whom it is about"
    PLACE = "place"


STUDENTS = (
    r"students?|pupils?|learners?|alumn[oa]s?|estudiantes?|schuler(in|innen|n)?|eleves?|lernende"
)
STAFF = (
    r"staff|teachers?|faculty|educators?|employees?|instructors?|adults?|docentes?|profesor(es)?|"
    r"maestr[oa]s?|personal|lehrer|lehrkrafte?|mitarbeiter|enseignants?|personnel|professeurs?"
)
#: Headings under which a yes says that nothing need be filled in.
MAY_BE_BLANK = (
    r"nullable|nillable|(can|may) be (left )?(blank|empty|null)|"
    r"(allows? )?(blanks?|nulls?)( allowed)?"
)
_NEEDED = (
    r"required|requirement|mandatory|optional|conditional|needed|necessity|usage|obligator\w+|"
    r"obligatoire|requerid[oa]s?|requis|pflicht\w*|erforderlich\w*|notwendig|requisito|requise?|"
    r"opcional|facultatif|optionality|presence|r c o|r o|o c r|req d|reqd|req|m o|obligation|oblig|"
    r"cardinality"
)
#: In their order, the first that fits a heading decides; accents, case and marks do not count.
_HEADINGS: tuple[tuple[Holds, str], ...] = (
    (Holds.OF_STUDENTS, (rf"(({_NEEDED}|need(ed)?) )?(for |of |para |fur |"
                         rf"pour )?(the )?({STUDENTS})"
                        rf"( rows?| records?| file)?( ({_NEEDED}))?")),
    (Holds.OF_STAFF, (rf"(({_NEEDED}|need(ed)?) )?(for |of |para |fur |pour )?(the )?({STAFF})"
                     rf"( rows?| records?| file)?( ({_NEEDED}))?")),
    (Holds.APPLIES, (r"(applies|applicable|pertains|relevant) (to|for)|(user|record|person) types?|"
                    r"for whom|audience|used (for|by)|who|gilt fur|aplica a|s applique a")),
    (Holds.PLACE, (r"(ref|no|nr|num|number|position|pos|order|index|id|item|row|line|sequence|seq|"
                  r"column (letter|number|no|index|order|position)|field (number|no|order|"
                  r"position)|"
                  r"excel column|orden|numero|reihenfolge|ordre|spalte nr)")),
    (Holds.LENGTH, (r"(max(imum|imal|ima|imo)? ?)?(field |column )?(length|size|len|characters|"
                    r"chars)"
                   r"( max(imum)?)?|longitud( maxima)?|tamano( maximo)?|(max(imale)? )?lange|"
                   r"zeichen|"
                   r"longueur( maximale?)?|taille( max(imale)?)?|max|width|max char(acter)?s?|"
                   r"char(acter)? limit")),
    (Holds.EXAMPLE, (r"(an? )?(examples?|samples?|e g|ejemplos?|beispiele?|exemples?|muster)"
                    r"( (values?|data|entry|entries|de valor(es)?|wert|werte))?|"
                    r"(example|sample)s? .{0,20}|beispiel\w+")),
    (Holds.VALUES, (r"((list of|all|the|only|complete|full) )*(accepted|allowed|allowable|"
                    r"acceptable|valid|permitted|permissible|possible|"
                   r"expected|legal|enum(erat)?\w*|code) (values?|entries|options|codes?|input|"
                   r"data|"
                   r"content|responses|list|set)( .{0,25})?|"
                   r"(field |data )?values?( allowed| accepted| list| set| format)?|options|"
                   r"choices|"
                   r"valores?( \w+)?|(erlaubte|zulassige|gultige|mogliche|akzeptierte) \w+|werte|"
                   r"wertebereich|wertevorrat|valeurs?( \w+)?|picklist|code ?list|vocabulary|"
                   r"domain|"
                   r"what to enter|enter|lista de valores|liste de valeurs|"
                   r"(valid|accepted|allowed|format|formats)( and| or)? (values?|formats?)|"
                   r"validation"
                   r"( rules?)?|constraints?|allowed|accepted|accepts")),
    (Holds.TYPE, (r"(data|field|value|column)? ?(types?|formats?|datatype)( of data)?|"
                  r"tipo( de dato| de "
                 r"datos)?|formato|datentyp|typ|format( attendu)?|type de donnees|"
                 r"format and values|"
                 r"data type format")),
    (Holds.NEED, (rf"(is (it )?|field |column |header )?(always )?({_NEEDED})\b.*|"
                 r"(field|value|data|entry|always|header|column|content|is|are|it|"
                 r"students? and staff) "
                 r"(required|mandatory|obligatorio|obligatoire|optional|requerido|requis)|"
                 rf"need|needs|must have|(must be )?(populated|filled( in)?)|{MAY_BE_BLANK}|"
                 r"pflichtfeld|pflichtangabe|muss kann|kann muss|status|es "
                 r"obligatorio|rco|usage|when required|is required|necesario")),
    (Holds.NAME, (r"(the )?(csv |file |template |exact |upload |import )?(column|field|header|"
                  r"heading|"
                 r"attribute|element|data element|data field|variable|property|item|col|parameter|"
                 r"data)( ?headers?| ?names?| ?headings?| ?titles?| ?ids?| identifier|"
                 r" label in file)*|"
                 r"(header|heading|column|field|attribute|element)s|names?|csv|headers? (row|text)|"
                 r"(column|field|header) ?names? .{0,25}|name of (the )?(column|field|header)|"
                 r"campo|campos|columnas?|nombre( del?( la)? (campo|columna|encabezado|atributo))?|"
                 r"encabezados?( de( la)? columna)?|atributo|elemento|spalten?|spaltennamen?|"
                 r"spaltentitel|spaltenuberschrift|spaltenkopf|felder?|feldnamen?|kopfzeile|"
                 r"uberschrift|attribut|bezeichner|datenfeld|name der spalte|champs?|colonnes?|"
                 r"(nom|intitule|titre|en tete) d(u|e la|e|es) (champ|colonne|colonnes|champs)|"
                 r"en tetes?( de colonne)?|nom|intitule|rubrique|attribut")),
    (Holds.LABEL, (r"(display|friendly|business|ui|portal|screen|common|full) (name|label|title)|"
                   r"label|"
                  r"field label|title|titulo|bezeichnung|libelle|etiqueta")),
    (Holds.DESCRIPTION, (r"(field |column |short |detailed )?(descriptions?|definitions?|meanings?|"
                        r"explanations?|details?|purpose|instructions?)( .{0,30})?|notes?|"
                        r"comments?|"
                        r"remarks?|guidance|what it (is|means)|help|rules?|business rules?|"
                        r"additional (information|notes|info)|information|explanation|"
                        r"(notes?|comments?) .{0,30}|"
                        r"descripcion|definicion|notas?|comentarios?|observaciones|detalles|"
                        r"beschreibung|bedeutung|erklarung|hinweise?|bemerkung(en)?|anmerkung(en)?|"
                        r"description|definition|remarques?|commentaires?|signification")),
)  # fmt: skip
_COMPILED = tuple((holds, re.compile(pattern)) for holds, pattern in _HEADINGS)


def plain(text: str) -> str:
    """A text in small letters without accents, marks and surplus space, to compare by."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", bare.casefold()).split())


@lru_cache(maxsize=4096)
def what_it_holds(heading: str) -> Holds | None:
    """What a column under this heading holds; None where the text is no heading of a dictionary."""
    if len(heading) > _LONGEST:
        return None
    text = plain(re.sub(r"\(.{0,40}?\)", " ", heading)) or plain(heading)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    if not text or len(text.split()) > _MOST_WORDS:
        return None
    for candidate in dict.fromkeys((text, plain(words))):
        for holds, pattern in _COMPILED:
            if pattern.fullmatch(candidate):
                return holds
    return None
