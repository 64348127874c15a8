"""The accepted values that a data dictionary lists: lists, ranges, bullets and sentences.

What is not plainly a list gives no values: a sentence taken for a closed list would make a portal
stricter than it is. Prose tells the length and the kind of characters at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roster_toolkit.calibration.documents.headings import plain

#: What `pattern_hint` says of the characters of a value.
DIGITS, LETTERS, LETTERS_AND_DIGITS = "digits", "letters", "letters-and-digits"
EMAIL, DATE, BOOLEAN = "email", "date", "boolean"
HINTS = (DIGITS, LETTERS, LETTERS_AND_DIGITS, EMAIL, DATE, BOOLEAN)

_MOST_VALUES = 200
_LONGEST_VALUE, _MOST_WORDS = 40, 4
_MOST_READ = 4000
_LONGEST_LENGTH = 100_000


@dataclass(frozen=True)
class Accepted:
    """What a text says of the values that a column takes."""

    values: tuple[str, ...] = ()
    closed: bool = False
    """Whether these are all."""


def values_of_cell(text: str) -> Accepted:
    """The values that a cell of accepted values lists."""
    text, is_open = _without_examples(_DEFAULT.sub(r", \1", text[:_MOST_READ]))
    if _QUOTED_RANGE.search(text):
        text = re.sub(r"[`\"“”]", "", text)
    best: tuple[str, ...] = ()
    sentences = list(_sentences(text))
    for sentence in sentences:
        values = _listed(sentence)
        if len(values) > len(best) and (len(values) > 1 or len(sentences) == 1):
            best = values
    return Accepted(best, closed=bool(best) and not is_open)


def values_of_prose(text: str) -> Accepted:
    """The values that a description plainly lists: behind "one of", in quotes, as codes."""
    text, is_open = _without_examples(text[:_MOST_READ])
    bullets = _bullets(text)
    if bullets:
        return Accepted(bullets, closed=not is_open)
    for sentence in _sentences(text):
        lead = _LEAD.match(sentence)
        told = sentence[lead.end() :] if lead else sentence
        values = _listed(told.strip("() "))
        if len(values) > 1 and (_is_announced(sentence, lead) or all(map(_is_code, values))):
            return Accepted(values, closed=not is_open)
        if order := _TO_ENTER.match(sentence):
            return Accepted((order[1].strip(_QUOTES),), closed=not is_open)
        for inside in re.findall(r"\(([^()]{3,90})\)", sentence):
            values = _listed(inside)
            if len(values) > 1 and all(map(_is_code, values)):
                return Accepted(values, closed=not is_open)
    return Accepted()


def pattern_hint(text: str) -> str | None:
    """The kind of characters that a text asks for; None where it says nothing of them."""
    text = text[:_MOST_READ]
    if re.search(r"\b[aA]-[zZ]\b", text) and re.search(r"\b0-9\b", text):
        return LETTERS_AND_DIGITS
    words = plain(text)
    return next((hint for hint, pattern in _HINTS if pattern.search(words)), None)


def longest_value(text: str) -> int | None:
    """The greatest number of characters that a text allows; None where it names none."""
    for pattern in _LENGTHS:
        match = pattern.search(text[:_MOST_READ])
        if match:
            number = int(match[1].replace(",", ""))
            return number if 0 < number <= _LONGEST_LENGTH else None
    return None


_HINTS = tuple(
    (hint, re.compile(pattern))
    for hint, pattern in (
        (EMAIL, (r"\b(e mail|email|correo|courriel|mail) (address|adresse|electronico|format)|"
                r"\b(valid|standard) e ?mail|^e ?mail$|adresse (e ?mail|electronique)|"
                r"(correo|adresse|direccion de correo) (electronico|valid[oa])")),
        (DATE, (r"\b(yyyy|yy|aaaa|jjjj) ?(mm|dd)|\b(mm|dd|tt) ?(mm|dd|tt|m) ?(yy|jj|aa)|\bdate\b$|"
               r"^(iso )?(8601 )?(date|datum|fecha)\b|yyyymmdd")),
        (LETTERS_AND_DIGITS, (r"\b(alpha ?numeric\w*|alphanumerisch\w*|alfanumeric[oa]s?|"
                             r"alphanumeriques?)\b|(letters?|alphabetic|buchstaben|letras|lettres)"
                             r"( characters?)?( and| or| und| y| et)( \w+)? "
                             r"(numbers?|digits?|zahlen|ziffern|numeros|chiffres|digitos)|"
                             r"(numbers?|digits?) (and|or) letters?")),
        (BOOLEAN, r"^(boolean|bool|logical|true false|booleano|booleen|wahrheitswert)\b"),
        (DIGITS, (r"\b(digits?|numeric|numbers? only|whole numbers?|integers?|int|numerical|"
                  r"ziffern|"
                 r"solo numeros|numerico|digitos|numerisch|ganzzahl|entero|chiffres|numerique|"
                 r"entier|only numbers)\b|^number$|^numero$|^zahl$")),
        (LETTERS, (r"\b(letters only|only letters|alphabetic|nur buchstaben|solo letras|"
                  r"lettres uniquement)\b")),
    )
)  # fmt: skip
_CHARS = (
    r"(?:characters?|chars?|digits?|letters?|numbers?|caracteres|zeichen|caractères|dígitos|"
    r"digitos|ziffern|stellen|chiffres|bytes)"
)
_LENGTHS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\d{{1,6}}\s*(?:-|–|to|and|bis|a|à|y)\s*(\d{{1,6}})[\s-]*(?:\w+\s+){{0,2}}{_CHARS}\b",
        rf"\b(\d[\d,]{{0,6}})[\s-]*(?:\w+\s+)?{_CHARS}\b",
        r"\b(?:var)?n?char(?:acter)?2?(?: varying)?\s*\(\s*(\d{1,6})\s*\)",
        (
            r"\b(?:string|text|alpha(?:numeric)?|texto|"
            r"texte)\s*[\[({]\s*(?:max\.?\s*)?(\d{1,6})\s*[\])}]"
        ),
        (
            r"\b(?:max(?:imum|imal|\.)?|máximo|maximum)\s*(?:field\s*)?(?:length|len|longitud|"
            r"länge|longueur)"
            r"(?:\s*(?:is|of|de|von)|\s*[:=])?\s*(\d{1,6})\b"
        ),
        r"\b(?:length|longitud|länge|longueur)\s*(?:<=|≤|[:=])\s*(\d{1,6})\b",
    )
)

#: Announces an example, up to the end of its sentence.
_EXAMPLE = re.compile(
    r"\(?\b(?:e\.\s?g\.?|eg[.:]|for example|for instance|such as|like|"
    r"(?:examples?|samples?)( values?)?( are| include)?:"
    r"|example|z\.\s?B\.|zum Beispiel|beispielsweise|p\.\s?ej\.|por ejemplo|como|"
    r"p\.\s?ex\.|par exemple|ex\.|ex:)(?:[,:]|\b|(?<=[.:])).*?(?:\)|[.](?=\s|$)|\n|$)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\betc\b\.?|\.\.\.|…|\band so on\b|\bamong others\b|\bincluding\b|\bor (any )?(other|"
    r"custom)\b|"
    r"\busw\b\.?|\bu\. ?a\.|\bentre otros\b|\bcommon (values|examples)\b|\bsuggested\b|"
    r"\btypically\b|"
    r"\busually\b|\bnot limited to\b|"
    r"\bother\W{1,3}(?:please )?specify\b|"
    r"\bothers (?:are )?(?:also )?(?:allowed|accepted|possible|permitted)\b|"
    r"\bother values\b|\brecommended\b",
    re.IGNORECASE,
)
#: What holds where nothing is entered: "TRUE (default is FALSE)"; it is accepted, too.
_DEFAULT = re.compile(
    r"\s*[(\[,;]\s*(?i:(?:the )?defaults?(?: value)?(?:\s+is|\s+to|\s*[:=])?)\s+"
    r"[\"“'`]?([A-Z0-9][A-Za-z0-9]*)[\"”'`]?\s*(?:[)\]]|(?=[,;.\n])|$)"
)
#: A range whose ends are set as code: `1`-`12`.
_QUOTED_RANGE = re.compile(r"[`\"”]\s*(?:-|–|—|to|through)\s*[`\"“]")
_BULLET = re.compile(r"^\s*(?:[•·▪◦●○§]|[*o–-](?=\s)|\(?\d{1,2}[.)](?=\s))\s*")
_QUOTES = "\"'“”„‟«»\u2018\u2019\u201a\u2039\u203a`"
_QUOTED = re.compile(
    r"[\"“”„«`\u2018]\s*([^\"“”„«»`\u2018\u2019\n]{1,40}?)\s*[\"“”»`\u2019]|(?<!\w)'([^'\n]{1,40})'(?!\w)"
)
_LEAD = re.compile(
    r"^.{0,60}?\b(?:(?:must|should|can|may|has to) (?:be|contain|equal|match)(?: exactly| either)?"
    r"(?: one of(?: the following| these)?(?: values| options)?)?|(?:any |either )?one of(?: the)?"
    r"(?: following| these)?(?: values| options)?|(?:the )?(?:accepted|allowed|valid|acceptable|"
    r"permitted|possible|supported|available)(?: \w+)? (?:are|is|include)(?: only)?|"
    r"(?:accepted|allowed|valid|acceptable|permitted|possible|supported) (?:values?|entries|"
    r"options|"
    r"codes|roles|grades)|values?(?: are)?|options(?: are)?|enter|use|write|type|specify|"
    r"choose(?: from)?|"
    r"select|set to|either|enum(?:eration)?|only|grades(?: levels?)?(?: from)?|grade levels?|"
    r"numbers? from|"
    r"(?:debe ser|uno de(?: los siguientes)?(?: valores)?|valores (?:permitidos|aceptados|válidos)|"
    r"ingrese|escriba|use|indique|entweder|eine?r? (?:von|der)|erlaubt(?: sind)?|"
    r"zulässig(?: sind)?|"
    r"mögliche werte|nur|entrez|saisir|saisissez|indiquer|valeurs (?:acceptées|autorisées|"
    r"possibles)|"
    r"l['\u2019]une? des (?:valeurs )?(?:suivantes)?|soit|doit être))\b\s*(?:values?)?\s*[:=]?\s*",
    re.IGNORECASE,
)  # fmt: skip
#: 'Enter "TRUE" to delete'.
_TO_ENTER = re.compile(
    r"(?i:enter|use|add|type|put|set to|write)\s+(?:the (?:word|value) )?("
    r"[\"“'\u2018`][^\"”'\u2019`\s]{1,30}[\"”'\u2019`]|"
    r"[A-Z0-9]+(?:[_-][A-Z0-9]+)*[A-Z0-9])\s+(?:to|if|when|for|in order)\b"
)
_ANNOUNCES = re.compile(
    r"(?i)one of|values?|options|either|must be|should be|enter\b|write|type|"
    r"select|choose|codes|roles|entweder|uno de|une? des|"
    r"valores|"
    r"werte|valeurs|debe ser|doit"
)
_SENTENCE_END = re.compile(r"(?<=[\w)\"”'\u2019»])[.?!](?=\s|$)")
_AND = re.compile(
    r"(?<=\S)\s*,?\s+(?:(?i:or|and|oder|und|ou|et)|[ouye&])\s+(?:(?i:either)\s+)?(?=\S)"
)
_CONJUNCTIONS = re.compile(r"(?i)\b(or|and|oder|und|ou|et|o|y)\b")
_MEANING = re.compile(
    r"^(?P<value>[\"“”'\u2018\u2019`]?[\w+./-]+(?:[ -][\w+./-]+){0,2}[\"“”'\u2018\u2019`]?)"
    r"\s*(?:=+>?|→|\s[–\u2014-]+>?\s|:\s)\s*(?P<of>\S.*)$"
)
_BEHIND = re.compile(
    r"^(?P<value>[\"“”'\u2018\u2019`]?(?:[A-Z0-9][A-Z0-9_+-]*|[\"“\u2018'`][^\"”\u2019'`]+)[\"“”'\u2018\u2019`]?)\s+(?:for|if|when|to|where|"
    r"means|otherwise|is|on|in|para|si|wenn|für|falls|pour|sinon)\b.*$"
)
#: Words of a sentence about values, which are none themselves.
_PROSE = frozenset(
    """
    any text free freeform characters character chars digits digit letters letter alphanumeric
    numeric string valid unique identifier match matches maximum max minimum your the name names
    number numbers integer email e-mail mail address format formats see same as assigned must
    should data type value values field column file row rows length date spaces special
    uppercase lowercase case sensitive case-sensitive only required optional this that it not
    varchar char boolean bool id ids uuid guid url phone cualquier texto carácter caracteres
    válido correo dirección único número letras dígitos fecha beliebiger zeichen gültige adresse
    eindeutig zahl ziffern buchstaben datum texte libre caractères valide nombre chiffres
    lettres cadena alphabetic exactly determined list from of a an
    """.split()  # noqa: SIM905  (a hundred quotes read worse)
)
_NO_VALUES = re.compile(
    r"(n a|na|none|not applicable|any|anything|free|text|all|open|keine?|ninguno|aucune?|)"
)
_BLANKS = {
    "blank", "empty", "leave blank", "left blank", "blank cell", "null", "vacio", "en blanco",
    "leer", "vide", "leave empty", "blanks", "be blank", "no value", "nothing",
}  # fmt: skip
_OTHERWISE = re.compile(r"(?i)(?:otherwise|else|sonst|sinon)\s")
_OR_BLANK = re.compile(
    r"\b(or|o|oder|ou) (leave )?(it )?(blank|empty|vacio|leer|vide|en blanco)$|^blank or "
)
_CHARSET = re.compile(r"^[Aa0]-[Zz9]$")
_DATE_FORM = re.compile(r"(?i)^(?:[ymdjta]{2,4}[-/.]){1,2}[ymdjta]{2,4}$")


def _without_examples(text: str) -> tuple[str, bool]:
    """A text without its examples, and whether it says that there are other values."""
    is_open = bool(_OPEN.search(text))
    text = _EXAMPLE.sub("\n", text)
    return re.sub(r",?\s*(?:\band\s+)?\betc\b\.?|\.\.\.|…", " ", text), is_open


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text; lines of a list stay together."""
    for sentence in _SENTENCE_END.split(text):
        if sentence.strip():
            yield sentence.strip()


def _bullets(text: str) -> tuple[str, ...]:
    """The values of bullets below a line that announces them."""
    lines = [line for line in text.split("\n") if line.strip()]
    starts = [place for place, line in enumerate(lines) if _BULLET.match(line)]
    if len(starts) < 2 or not starts[0] or not lines[starts[0] - 1].rstrip().endswith(":"):  # noqa: PLR2004
        return ()
    return _listed("\n".join(lines[place] for place in starts))


def _is_announced(sentence: str, lead: re.Match[str] | None) -> bool:
    """Whether what follows in a sentence of prose is said to be the values, letter for letter."""
    told = sentence[lead.end() :] if lead else sentence
    if len(_QUOTED.findall(told)) > 1:
        return lead is not None or not plain(_CONJUNCTIONS.sub(" ", _QUOTED.sub(" ", told)))
    if lead is None or not _ANNOUNCES.search(lead[0]):
        return False
    items = filter(None, re.split(r"[,\s]+", _AND.sub(",", told)))
    return lead[0].rstrip().endswith(":") or all(not item[0].islower() for item in items)


def _is_code(value: str) -> bool:
    """Whether a value is written as words of a sentence are not."""
    return not re.search(r"[a-zß-ÿ]", value) or value.isdigit()


def _listed(text: str) -> tuple[str, ...]:
    """The values of one list; none where any part of it is no value."""
    text = text.strip().rstrip(".:;,")
    if _NO_VALUES.fullmatch(plain(text)):
        return ()
    quoted = [a or b for a, b in _QUOTED.findall(text)]
    if len(quoted) > 1 or (quoted and _LEAD.match(text)):
        return _unique(quoted)
    lead = _LEAD.match(text)
    bodies = dict.fromkeys((text[lead.end() :] if lead else text, text))
    colon = re.match(r"^[^:\n]{0,90}:\s*", text)
    if colon:
        first = not _MEANING.match(text)
        bodies = dict.fromkeys(
            (text[colon.end() :], *bodies) if first else (*bodies, text[colon.end() :])
        )
    for body in bodies:
        values = _items(body)
        announced = bool(lead) or _OR_BLANK.search(plain(text)) is not None
        if values and (len(values) > 1 or _is_single(values[0], announced=announced)):
            return values
    return ()


def _is_single(value: str, *, announced: bool) -> bool:
    """Whether one word by itself is a value: a code, or what must be entered."""
    code = len(value) > 1 and _is_code(value) and any(c.isalpha() for c in value)
    return code or (announced and value[:1].isupper())


def _items(text: str) -> tuple[str, ...]:
    values: list[str] = []
    for piece in _pieces(_with_ranges(text)):
        value = _value(piece)
        if value is None:
            return ()
        if value and plain(value) not in _BLANKS:
            values.append(value)
    return _unique(values)


def _pieces(text: str) -> Iterator[str]:
    """A list cut at line ends, semicolons and bars, then at commas, slashes and "or"."""
    for line in re.split(r"[\n;|]|(?<=\s)[•·▪●]\s", text):
        bare = _BULLET.sub("", line).strip().rstrip(".,:")
        parts = [part for part in re.split(r"\s*,\s*", bare) if part]
        meant = [
            bool(_MEANING.match(part) or _BEHIND.match(part) or _OTHERWISE.match(part))
            for part in parts
        ]
        if parts and meant[0] and not all(meant) and not any(meant[1:]) and not _AND.search(bare):
            yield bare
            continue
        for part in parts:
            yield from _alternatives(part)


def _alternatives(part: str) -> Iterator[str]:
    if _MEANING.match(part) or _BEHIND.match(part):
        # A second one may follow: "Y for yes and N for no".
        cut = re.split(
            r"\s+(?:and|or|y|und|et|oder|ou|o)\s+(?=[\"“\u2018'`]?[A-Z0-9]+[\"”\u2019'`]?\s+(?:for|if|when|=|para|für|pour))",
            part,
        )
        yield from cut
        return
    for piece in _AND.split(part):
        bare = piece.strip()
        if "/" in bare and not _DATE_FORM.match(bare) and plain(bare) != "n a":
            yield from (bit.strip() for bit in bare.split("/"))
        elif bare:
            yield bare


def _value(piece: str) -> str | None:
    """The value of one item; blank where it is none, None where it is prose."""
    meaning = _MEANING.match(piece) or _BEHIND.match(piece)
    text = meaning["value"] if meaning else piece
    text = re.sub(r"\s*[(\[].{0,60}?[)\]]", "", text)
    text = re.sub(
        r"(?i)^(?:or|and|either|otherwise|else|oder|ou|o|grades|the)\s+|\s+(?:only|exactly)$",
        "",
        text.strip(),
    )
    text = text.strip(f" {_QUOTES}.,:;")
    if not text:
        return ""
    words = text.split()
    is_prose = any(map(_is_prose, words))
    if plain(text) in _BLANKS:
        return ""
    if (
        is_prose
        or len(text) > _LONGEST_VALUE
        or len(words) > _MOST_WORDS
        or not any(c.isalnum() for c in text)
        or _CHARSET.match(text)
        or _DATE_FORM.match(text)
    ):
        return None
    return text


def _is_prose(word: str) -> bool:
    """Whether a word belongs to a sentence: codes such as IT and A do not."""
    word = word.strip(_QUOTES)
    code = word.isupper() and len(word) < 3 and word != "ID"  # noqa: PLR2004
    return word.casefold() in _PROSE and not code


def _unique(values: Sequence[str]) -> tuple[str, ...]:
    values = [value.strip() for value in values]
    return tuple(dict.fromkeys(v for v in values if v))[:_MOST_VALUES]


# --- ranges ------------------------------------------------------------------------------------

_PRE = r"(?:PK|TK|P-?K|Pre-?K|Pre-?Kindergarten|PreKindergarten|PKG)"
_KINDER = r"(?:K|KG|KN|Kindergarten|Kinder)"
_BY = r"(?P<by>\s*[-–—]\s*|\s+(?:to|through|thru|until|up to|bis|a|al|hasta|à|and)\s+)"
_RANGE = re.compile(
    rf"(?<![\w/.-])(?:grades?\s+|between\s+|from\s+|von\s+|de\s+)?"
    rf"(?P<first>{_PRE}|{_KINDER}|\d{{1,3}})(?P<ordinal>st|nd|rd|th)?{_BY}"
    rf"(?P<last>\d{{1,3}})(?P<th>st|nd|rd|th)?(?:\s+grade)?(?![\w/-])(?!\s*(?:{_CHARS}))",
    re.IGNORECASE,
)
#: Both ends begin alike: "Grade 1-Grade 12", "Y-1 to Y-12".
_PREFIXED = re.compile(
    rf"(?<![\w/.-])(?P<before>[^\W\d]+[ -]?)(?P<first>\d{{1,3}}){_BY}"
    rf"(?P=before)(?P<last>\d{{1,3}})(?!\w)"
)


def _with_ranges(text: str) -> str:
    """A list with its ranges written out."""
    return _RANGE.sub(_written_out, _PREFIXED.sub(_prefixed, text))


def _written_out(match: re.Match[str]) -> str:
    first, last = match["first"], match["last"]
    if "and" in match["by"].casefold() and not match[0].casefold().startswith("between"):
        return match[0]
    names: list[str] = []
    begin = first
    if not first.isdigit():
        names = [first]
        if re.fullmatch(_PRE, first, re.IGNORECASE):
            names.append("k" if first.islower() else "K")
        begin = "1".zfill(len(last)) if last.startswith("0") else "1"
    low, high = int(begin), int(last)
    if high <= low or high - low >= _MOST_VALUES or (begin == "0" and last == "9"):
        return match[0]
    if match["ordinal"] and match["th"]:
        return ", ".join(map(_ordinal, range(low, high + 1)))
    return ", ".join([*names, *_numbers(begin, last)])


def _numbers(first: str, last: str) -> list[str]:
    """The numbers of a range, with the zeros in front that its first has."""
    width = len(first) if first.startswith("0") else 0
    return [str(number).zfill(width) for number in range(int(first), int(last) + 1)]


def _prefixed(match: re.Match[str]) -> str:
    numbers = _numbers(match["first"], match["last"])
    if not 1 < len(numbers) <= _MOST_VALUES:
        return match[0]
    return ", ".join(f"{match['before']}{number}" for number in numbers)


def _ordinal(number: int) -> str:
    ending = (
        {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number not in (11, 12, 13) else "th"
    )
    return f"{number}{ending}"
