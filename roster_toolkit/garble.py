"""Letters that were written in one encoding and read in another, and what they were.

Nothing here knows of files or rules: a text goes in, and out comes whether it looks misread and,
where one way of reading it back alone gives plain words, those words. Whoever is in doubt says
nothing: every real name must pass in silence, and a restored text is only ever offered.
"""

# ruff: noqa: RUF001  (signs that are taken for other signs are the subject)

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from roster_toolkit.cleaning import INVISIBLE

WINDOWS, MAC = "cp1252", "mac_roman"
CODE_PAGES = ("cp437", "cp850")
#: Encodings as which UTF-8 is misread; Latin-1 goes with Windows-1252, which nearly holds it.
_MISREAD_AS = (WINDOWS, MAC, *CODE_PAGES)
#: Encodings whose bytes are misread as Windows-1252, and as which its own are.
_MISREAD_FROM = (MAC, *CODE_PAGES)
_TIMES = 3
#: Shares of words that read well: so few as Windows-1252, so many in the encoding that it is.
_SOME, _NEARLY_ALL = 0.6, 0.97
_HIGH = 0x80

#: Letters of Latin alphabets in use, besides ASCII: Latin-1, Extended-A, Romanian, Vietnamese.
_LATIN = frozenset(
    chr(code)
    for block in (range(0xC0, 0x180), range(0x1E00, 0x1F00), (0x1A0, 0x1A1, 0x1AF, 0x1B0),
                  range(0x218, 0x21C), range(0x2B9, 0x2BD), (0x2BE, 0x2BF))
    for code in block
    if code not in (0xD7, 0xF7)
)  # fmt: skip
_MARKS = frozenset("’‘“”–—… ·ªº™®©°")
_EMOJI = "\U0001f000"
_EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC")
_VOWEL = "aeiouyáàâäãåæéèêëíìîïóòôöõøœúùûüýÿ"
_ACCENTED_VOWEL = "áàâäåæéèêëíìîïóòôöøœúùûüýÿ"
#: Letter sequences that no spelling has: they tell which of two code pages was meant.
_UNSPEAKABLE = re.compile(
    rf"[çñ][^\W{_VOWEL}\s]|(?<=[^\W{_VOWEL}])ñ\b|[{_VOWEL}][{_ACCENTED_VOWEL}][{_VOWEL}]"
    rf"|[{_ACCENTED_VOWEL}]{{2}}|äo|ão[^\Ws]|[{_ACCENTED_VOWEL}]ã",
    re.IGNORECASE,
)

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_LETTER, _NEVER, _RARE = r"[^\W\d_]", "¤¢£¥§¶‡†‰ˆ˜‚„ƒ¦±¬¡¿µ‹›\x80-\x9f", "–—“”…•™"
#: Signs that stand inside no word: accented letters of MacRoman or a code page were read as these.
#: So are some letters, where they are capital among small ones or small among capitals.
_INSIDE_A_WORD = re.compile(
    f"(?<={_LETTER})[{_RARE}]*[{_NEVER}][{_NEVER}{_RARE}]*(?={_LETTER})"
    rf"|(?<=[a-z])[‚ˆ‰¤¢£¡ƒ\x80-\x9f](?!{_LETTER})"
    "|(?<!Mc)(?<!Mac)(?<![DL][ae])(?<=[A-Za-z])[ŽŠŒŸ](?=[a-z])|(?<=[a-z])[ŽŠŒ](?![A-Za-zÀ-Þ])"
    rf"|(?<=[A-Z])(?:[šœž](?=[A-Z])|ƒ)|\b[A-Z]Õ(?=[A-Z][a-z])|(?<=[a-z])Õ(?=s\b)"
)
#: Signs that stand inside no name but may stand so in other text.
_INSIDE_A_NAME = re.compile(
    f"(?<={_LETTER})[{_RARE}](?=[a-z])|(?<!{_LETTER})[‚ƒ‡ˆ¥…™€µ\x80-\x9f](?=[a-z])"
)
_QUOTE_IN_WORD = re.compile("(?<=[a-z])[‘’](?=[a-z]{2}|[aeiou])(?!ll|re|ve)")
_INSIDE_NO_PLAIN_WORD = re.compile(f"(?<={_LETTER})[™®©°…“”](?={_LETTER})")
#: The first half of a letter, of which the second was taken for a space or thrown away.
_HALF = re.compile(r"(?<=[a-z])[ÃÂ](?=[a-z\s]|$)")
_HALF_AND_SPACE = re.compile(r"(?<=[a-z])([ÃÂ]) ")
#: Signs and capitals inside a name that were accented letters of Windows-1252, read as MacRoman or
#: a code page. Some names have a capital behind their first part; Catalan ones have `l·l`.
_OF_WINDOWS = re.compile(
    "(?:(?<=[a-z]{2})(?<!Mac)(?<!Van)(?<!Del)(?<!Dos)(?<!Fitz)|(?<=[A-Z][aiu])(?<![DL][aiu]))"
    "[ÀÁÂÈÉÊËÌÍÎÏÒÓÔÙÚÛÝ](?![A-Z-])"
    "|(?<=[A-Za-z])(?:[˙¸³±˝˛˚÷≈≤≥√∞]|·(?!l)|(?<!l)·)(?=[A-Za-zÀ-ÿ±])"
    "|(?<=[A-Za-z])[ⁿπδτφσεΓΘΣΦΩ„](?![Α-ω])"
)
#: Question marks where letters were: two for a letter of two bytes.
_QUESTION_IN_WORD = re.compile(rf"(?<={_LETTER})\?(?={_LETTER})")
_QUESTION_AT_WORD = re.compile(
    rf"(?<={_LETTER})\?{{1,4}}(?={_LETTER}|[\s-]|$)|(?<![^\s-])\?{{1,4}}(?={_LETTER})"
)
_WORD = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text looks like to somebody who knows how letters get garbled."""

    garbled: bool
    restored: str | None = None
    """The plain words that were meant, where they can be told."""


_SOUND = Reading(garbled=False)
_LOST = Reading(garbled=True)


def read_back(text: str, *, is_name: bool = False, is_free: bool = True) -> Reading:
    """Whether a text is garbled, and what it was.

    `is_name` says that it names a person, `is_free` that it has words and no other form.
    """
    written = _unescaped(text)
    found = {plain for plain in _from_utf8(written) if is_plain(plain)}
    if not found:
        misread = _looks_like_utf8(written)
        if not misread and written != text and is_plain(tidy := _tidy(written)):
            return Reading(garbled=True, restored=tidy)
        odd = bool(_INSIDE_A_WORD.search(written))
        if odd or is_name:
            found = set(_from_code_pages(written, soft=not odd))
        if is_name and _OF_WINDOWS.search(written):
            read = set(_from_windows(written))
            odd, found = odd or bool(read), found | read
        lost = _CONTROL.search(written) or _HALF.search(written)
        questions = _QUESTION_AT_WORD if is_name else _QUESTION_IN_WORD
        asked = is_free and questions.search(written)
        if not (found or misread or odd or lost or asked or written != text):
            return _SOUND
    return Reading(garbled=True, restored=next(iter(found))) if len(found) == 1 else _LOST


def is_plain(text: str) -> bool:
    """Whether a text is made of words as people write them, each in one script and one case."""
    composed = unicodedata.normalize("NFC", text)
    return (
        all(map(_is_usual, composed))
        and all(map(_is_word, _WORD.findall(composed)))
        and not _INSIDE_NO_PLAIN_WORD.search(composed)
        and not _has_stray_mark(composed)
    )


def speakable(text: str) -> bool:
    """Whether the accented letters of a text stand where some language puts them."""
    return not _UNSPEAKABLE.search(text)


@cache
def _bytes_of(codec: str) -> dict[str, int]:
    """The characters beyond ASCII of an encoding, and their bytes; Latin-1 fills the gaps."""
    known = {}
    if codec == WINDOWS:
        known = {chr(code): code for code in range(_HIGH, 0xA0)}
    for code in range(_HIGH, 0x100):
        known[bytes([code]).decode(codec, errors="ignore") or chr(code)] = code
    return known


@cache
def _misread(codec: str) -> re.Pattern[str]:
    """Characters that would be one letter of UTF-8, had they not been read in an encoding."""
    known = _bytes_of(codec)

    def among(first: int, last: int) -> str:
        return (
            "[" + "".join(re.escape(c) for c, code in known.items() if first <= code <= last) + "]"
        )

    more = among(0x80, 0xBF)
    return re.compile(
        f"{among(0xC2, 0xDF)}{more}|{among(0xE0, 0xEF)}{more}{{2}}|{among(0xF0, 0xF4)}{more}{{3}}"
    )


def _read_again(text: str, codec: str) -> str:
    """The text with every letter of UTF-8 in it that was read in an encoding."""
    known = _bytes_of(codec)

    def letter(match: re.Match[str]) -> str:
        try:
            return bytes(known[character] for character in match[0]).decode()
        except UnicodeDecodeError:
            return match[0]

    return _misread(codec).sub(letter, text)


def _from_utf8(text: str) -> Iterator[str]:
    """What the text is, if it was UTF-8 and misread up to three times in the same way."""
    spaced = _HALF_AND_SPACE.sub("\\1\xa0", text)
    for codec in _MISREAD_AS:
        before, after = text, _read_again(spaced, codec)
        if after == spaced:
            continue
        for _ in range(_TIMES):
            before, after = after, _read_again(after, codec)
            if before == after:
                break
        if codec == WINDOWS or not any(map(unicodedata.combining, after)):
            yield _tidy(after)


def _looks_like_utf8(text: str) -> bool:
    """Whether signs that stand in no word would be a letter of UTF-8, though no plain word."""
    return any(
        any(not character.isalnum() and character not in _MARKS for character in match[0])
        for codec in _MISREAD_AS
        for match in _misread(codec).finditer(text)
        if match[0][0] in "ÂÃ√├┬┼─" and _read_again(match[0], codec) != match[0]
    )


def _from_code_pages(text: str, *, soft: bool) -> Iterator[str]:
    """Plain words that the text is, if it was MacRoman or a code page read as Windows-1252.

    `soft` asks for signs that some names really have: a dash in small letters is one only if `ñ`
    or `ó` fits there well.
    """
    if soft and not _INSIDE_A_NAME.search(text):
        return
    pages = (WINDOWS, *_MISREAD_FROM) if re.search("[\x80-\x9f]", text) else _MISREAD_FROM
    found = {codec: read for codec in pages if _is_sound(read := in_page(text, codec), text)}
    if soft and MAC not in found and not set(_INSIDE_A_NAME.findall(text)) - {"–", "—"}:
        return
    yield from map(_tidy, found.values())


def _from_windows(text: str) -> Iterator[str]:
    """Plain words that the text is, if it was Windows-1252 read as MacRoman or a code page."""
    for codec in _MISREAD_FROM:
        read = text.encode(codec, errors="ignore").decode(WINDOWS, errors="replace")
        if len(read) == len(text) and _is_sound(read, text):
            yield _tidy(read)


def _is_sound(read: str, text: str) -> bool:
    return read != text and is_plain(read) and speakable(read)


def in_page(text: str, codec: str) -> str:
    """A text that was read as Windows-1252, read in another encoding."""
    known = _bytes_of(WINDOWS)
    return "".join(
        bytes([known[character]]).decode(codec, errors="replace")
        if character in known
        else character
        for character in text
    )


def _unescaped(text: str) -> str:
    """The text without the escapes of HTML, however often they were put on."""
    for _ in range(_TIMES):
        plain = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
        if plain == text:
            break
        text = plain
    return text


def _tidy(text: str) -> str:
    """A restored text without what nobody sees."""
    return re.sub(INVISIBLE, "", unicodedata.normalize("NFC", text)).replace("\xa0", " ").strip()


def _is_usual(character: str) -> bool:
    """Whether a character stands in names: a letter, a digit, usual punctuation, an emoji."""
    if character.isascii():
        return character.isprintable() and character not in "?<>"
    category = unicodedata.category(character)
    if category[0] == "L":
        return character in _LATIN or not _is_latin(character)
    return category[0] == "M" or category == "Nd" or character in _MARKS or character >= _EMOJI


def _has_stray_mark(text: str) -> bool:
    """Whether an accent stands on nothing, or on a letter that it does not go with."""
    return any(
        unicodedata.category(mark)[0] == "M"
        and _script(mark) != "VARIATION"
        and (not letter.isalpha() or _script(letter) != _script(mark))
        for letter, mark in zip(" " + text, text, strict=False)
        if not mark.isascii()
    )


def _is_latin(letter: str) -> bool:
    return _script(letter) == "LATIN"


@cache
def _script(letter: str) -> str:
    first = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
    if first in _EAST_ASIAN:
        return "CJK"
    return "LATIN" if first in ("MODIFIER", "FEMININE", "MASCULINE") else first


def _is_word(word: str) -> bool:
    """Whether the letters of a word are of one script, and its accented ones in the right case."""
    if word.isascii():
        return True
    if len(set(map(_script, word))) > 1:
        return False
    return not _is_latin(word[0]) or all(
        _fits(word, place) for place, letter in enumerate(word) if not letter.isascii()
    )


def _fits(word: str, place: int) -> bool:
    """Whether a letter is capital or small as the letters around it want it."""
    letter, before, after = word[place], word[:place], word[place + 1 : place + 2]
    if letter.isupper():
        return word.isupper() or (not before and not after.isupper())
    if letter.islower():
        return not after.isupper() and not (len(before) > 1 and before.isupper())
    return True


def codec_of_words(words: Sequence[bytes]) -> str:
    """The one-byte encoding of some words with bytes beyond ASCII: Windows-1252 if in doubt.

    Another one is taken only if signs stand inside words otherwise, and if nearly all words are
    plain in it; a dash or a quote alone is no proof, for people write those.
    """
    as_windows = [in_windows(word) for word in words]
    signs = {sign for word in as_windows for sign in _INSIDE_A_NAME.findall(word)}
    proven = any(map(_INSIDE_A_WORD.search, as_windows)) or len(signs | _quotes(as_windows)) > 1
    usual = sum(map(_reads_well, as_windows))
    if not proven or usual > _SOME * len(words):
        return WINDOWS
    read = {codec: [word.decode(codec) for word in words] for codec in _MISREAD_FROM}
    well = {codec: sum(map(_reads_well, decoded)) for codec, decoded in read.items()}
    best = max(well, key=lambda codec: well[codec])
    rivals = [codec for codec in well if well[codec] == well[best] and read[codec] != read[best]]
    return WINDOWS if rivals or well[best] < _NEARLY_ALL * len(words) else best


def in_windows(word: bytes) -> str:
    """Bytes as Windows-1252 has them, and Latin-1 where that has nothing."""
    return "".join(bytes([b]).decode(WINDOWS, errors="ignore") or chr(b) for b in word)


def _reads_well(word: str) -> bool:
    return is_plain(word) and speakable(word) and not _INSIDE_A_NAME.search(word)


def _quotes(words: Iterable[str]) -> set[str]:
    """Signs that people write between letters too, where they are no contraction."""
    return {sign for word in words for sign in _QUOTE_IN_WORD.findall(word)}
