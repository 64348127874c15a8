"""Detect and restore mojibake: text that was written in one encoding and read in another.

Knows nothing of files or rules: takes a string and tells whether it is garbled and, where exactly
one reading gives plain words, what they are. In doubt the answer is no: every real name must pass,
and a restored text is only ever a suggestion.
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
#: Encodings that UTF-8 is misread as; Windows-1252 stands for Latin-1 too, which it nearly covers.
_MISREAD_AS = (WINDOWS, MAC, *CODE_PAGES)
#: One more, worth a look only where the signs stand that begin its accented letters.
_CENTRAL, _BEGIN_CENTRAL = "cp1250", frozenset("ĂĹ")
#: Encodings whose bytes are misread as Windows-1252, and as which its own are.
_MISREAD_FROM = (MAC, *CODE_PAGES)
#: How often a text may have been misread, or escaped, in a row.
_TIMES = 3
#: Share of words from which on that are none of Windows-1252 it is not the encoding.
_ODD = 0.05
#: Share of plain words: at most `_FEW` as Windows-1252, at least `_NEARLY_ALL` in another encoding.
_FEW, _NEARLY_ALL = 0.6, 0.97
_HIGH = 0x80

#: Non-ASCII Latin letters in use, by Unicode block: Latin-1, Extended-A, Vietnamese, Romanian, and
#: modifier letters.
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
#: Letter sequences that no language spells; they decide between two code pages.
_UNSPELLABLE = re.compile(
    rf"[çñ][^\W{_VOWEL}\s]|(?<=[^\W{_VOWEL}])ñ\b|[{_VOWEL}][{_ACCENTED_VOWEL}][{_VOWEL}]"
    rf"|[{_ACCENTED_VOWEL}]{{2}}|äo|ão[^\Ws]|[{_ACCENTED_VOWEL}]ã",
    re.IGNORECASE,
)

#: Letters as HTML, JSON, an address of the web and a mail write them.
_ESCAPED = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
    r"|(?:\\u[0-9A-Fa-f]{4})+|(?:%[0-9A-F]{2})+|(?:=[0-9A-F]{2})+"
    # … and quotes as a database does.
    r"|(?<=[^\W\d_])\\['’](?=[^\W\d_])"
    r'|\\"[^\\"]*\\"'
)
_ESCAPED_SIGNS = frozenset(" '&,/")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_LETTER, _NEVER, _RARE = r"[^\W\d_]", "¤¢£¥§¶‡†‰ˆ˜‚„ƒ¦±¬¡¿µ‹›³¹¼½¾¯\x80-\x9f", "–—“”…•™"
#: Signs that never stand inside a word: accented letters of MacRoman or a code page misread as
#: Windows-1252. Some letters count too, where they are capital among small ones or the reverse.
_INSIDE_A_WORD = re.compile(
    f"(?<={_LETTER})[{_RARE}]*[{_NEVER}][{_NEVER}{_RARE}]*(?={_LETTER})"
    rf"|(?<=[a-z])[‚ˆ‰¤¢£¡ƒ\x80-\x9f](?!{_LETTER})"
    "|(?<!Mc)(?<!Mac)(?<![DL][ae])(?<=[A-Za-z])[ŽŠŒŸ](?=[a-z])|(?<=[a-z])[ŽŠŒ](?![A-Za-zÀ-Þ])"
    rf"|(?<=[A-Z])(?:[šœž](?=[A-Z])|ƒ)|\b[A-Z]Õ(?=[A-Z][a-z])|(?<=[a-z])Õ(?=s\b)"
)
#: Signs that never stand inside a name but may stand inside other text.
_INSIDE_A_NAME = re.compile(
    f"(?<={_LETTER})[{_RARE}](?=[a-z])|(?<!{_LETTER})[‚ƒ‡ˆ¥…™€µ\x80-\x9f](?=[a-z])"
)
_QUOTE_IN_WORD = re.compile("(?<=[a-z])[‘’](?=[a-z]{2}|[aeiou])(?!ll|re|ve)")
_INSIDE_NO_PLAIN_WORD = re.compile(f"(?<={_LETTER})[™®©°…“”](?={_LETTER})")
#: The first half of a garbled letter whose second half became a space or was dropped.
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
#: Letters of Windows-1250 read as Windows-1252: `Wa³êsa`; no `ł` stands beside an `l` (`M³ller`).
_OF_CENTRAL = re.compile(f"(?<={_LETTER})(?<!l)[³¹¼¾](?!l)(?={_LETTER})")
#: Question marks where letters were: two for a letter of two bytes.
_QUESTION_IN_WORD = re.compile(rf"(?<={_LETTER})\?(?={_LETTER})")
_QUESTION_AT_WORD = re.compile(
    rf"(?<={_LETTER})\?{{1,4}}(?={_LETTER}|[\s-]|$)|(?<![^\s-])\?{{1,4}}(?={_LETTER})"
)
_WORD = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f]*")
#: Signs that stand beside a word.
_AROUND_A_WORD = "¿¡«»½¼¾²°´£€ªº"
#: What a word of another code page looks like in Windows-1252: three letters and more that are all
#: accented (another alphabet), the letters of Iceland where Turkish has its own, signs as letters.
_OF_ANOTHER_PAGE = re.compile(
    f"^[{''.join(map(chr, range(0xA1, 0x100)))}]{{3,}}$|[ÐðÝýÞþ]"
    f"|(?<={_LETTER})[¸³±¹²¯¨¼½¾×÷](?={_LETTER})|(?<!{_LETTER})[¸³±¹²¯¨¼½¾£¥¦¬](?=[a-zÀ-ÿ])"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Whether a text is garbled, and the text restored."""

    garbled: bool
    restored: str | None = None
    """The original text; None where it cannot be determined."""


_NOT_GARBLED = Reading(garbled=False)
_NOT_RESTORABLE = Reading(garbled=True)


def read_back(text: str, *, is_name: bool = False, is_free: bool = True) -> Reading:
    """Whether a text is garbled, and the text restored.

    `is_name`: it is a person's name; `is_free`: it is free text, not an address or identifier.
    """
    unescaped = _unescaped(text)
    restored = {reading for reading in _from_utf8(unescaped) if is_plain(reading)}
    if not restored:
        misread = _looks_like_utf8(unescaped)
        if not misread and unescaped != text and is_plain(tidy := _tidy(unescaped)):
            return Reading(garbled=True, restored=tidy)
        has_impossible_sign = bool(_INSIDE_A_WORD.search(unescaped))
        if has_impossible_sign or is_name:
            restored = set(_from_code_pages(unescaped, soft=not has_impossible_sign))
        if is_name and _OF_WINDOWS.search(unescaped):
            from_windows = set(_from_windows(unescaped))
            has_impossible_sign = has_impossible_sign or bool(from_windows)
            restored |= from_windows
        if _OF_CENTRAL.search(unescaped) and _is_sound(
            central := in_page(unescaped, _CENTRAL), unescaped
        ):
            restored.add(_tidy(central))
        has_lost_letter = _CONTROL.search(unescaped) or _HALF.search(unescaped)
        questions = _QUESTION_AT_WORD if is_name else _QUESTION_IN_WORD
        has_question_mark = is_free and questions.search(unescaped)
        if not (
            restored
            or misread
            or has_impossible_sign
            or has_lost_letter
            or has_question_mark
            or unescaped != text
        ):
            return _NOT_GARBLED
    if len(restored) != 1:
        return _NOT_RESTORABLE
    return Reading(garbled=True, restored=next(iter(restored)))


def is_plain(text: str) -> bool:
    """Whether a text consists of ordinary words, each in one script and with consistent case."""
    composed = unicodedata.normalize("NFC", text)
    return (
        all(map(_is_usual, composed))
        and all(map(_is_word, _WORD.findall(composed)))
        and not _INSIDE_NO_PLAIN_WORD.search(composed)
        and not _has_stray_mark(composed)
    )


def speakable(text: str) -> bool:
    """Whether some language could spell the text's accented letters in this way."""
    return not _UNSPELLABLE.search(text)


@cache
def _bytes_of(codec: str) -> dict[str, int]:
    """Non-ASCII character → its byte in an encoding; Latin-1 fills the gaps."""
    byte_of = {}
    if codec == WINDOWS:
        byte_of = {chr(code): code for code in range(_HIGH, 0xA0)}
    for code in range(_HIGH, 0x100):
        byte_of[bytes([code]).decode(codec, errors="ignore") or chr(code)] = code
    return byte_of


@cache
def _misread(codec: str) -> re.Pattern[str]:
    """Matches characters whose bytes in an encoding form one UTF-8 character."""
    byte_of = _bytes_of(codec)

    def class_of(first: int, last: int) -> str:
        return (
            "["
            + "".join(re.escape(c) for c, code in byte_of.items() if first <= code <= last)
            + "]"
        )

    continuation = class_of(0x80, 0xBF)
    return re.compile(
        f"{class_of(0xC2, 0xDF)}{continuation}"
        f"|{class_of(0xE0, 0xEF)}{continuation}{{2}}"
        f"|{class_of(0xF0, 0xF4)}{continuation}{{3}}"
    )


def _read_again(text: str, codec: str) -> str:
    """The text with every misread UTF-8 character decoded again."""
    byte_of = _bytes_of(codec)

    def letter(match: re.Match[str]) -> str:
        try:
            return bytes(byte_of[character] for character in match[0]).decode()
        except UnicodeDecodeError:
            return match[0]

    return _misread(codec).sub(letter, text)


def _from_utf8(text: str) -> Iterator[str]:
    """Candidates for the original, if UTF-8 was misread, perhaps repeatedly, in one encoding."""
    with_nbsp = _HALF_AND_SPACE.sub("\\1\xa0", text)
    central = () if _BEGIN_CENTRAL.isdisjoint(text) else (_CENTRAL,)
    for codec in (*_MISREAD_AS, *central):
        before, after = text, _read_again(with_nbsp, codec)
        if after == with_nbsp:
            continue
        for _ in range(_TIMES):
            before, after = after, _read_again(after, codec)
            if before == after:
                break
        if codec == WINDOWS or not any(map(unicodedata.combining, after)):
            yield _tidy(after)


def _looks_like_utf8(text: str) -> bool:
    """Whether signs that stand in no word decode to a UTF-8 character, though to no plain word."""
    return any(
        any(not character.isalnum() and character not in _MARKS for character in match[0])
        for codec in _MISREAD_AS
        for match in _misread(codec).finditer(text)
        if match[0][0] in "ÂÃ√├┬┼─" and _read_again(match[0], codec) != match[0]
    )


def _from_code_pages(text: str, *, soft: bool) -> Iterator[str]:
    """Candidates for the original, if MacRoman or a code page was misread as Windows-1252.

    `soft`: the evidence is only signs that real names may have; a dash between small letters then
    counts only if MacRoman's `ñ` or `ó` fits there.
    """
    if soft and not _INSIDE_A_NAME.search(text):
        return
    pages = (WINDOWS, *_MISREAD_FROM) if re.search("[\x80-\x9f]", text) else _MISREAD_FROM
    readings = {codec: read for codec in pages if _is_sound(read := in_page(text, codec), text)}
    if soft and MAC not in readings and not set(_INSIDE_A_NAME.findall(text)) - {"–", "—"}:
        return
    yield from map(_tidy, readings.values())


def _from_windows(text: str) -> Iterator[str]:
    """Plain words that the text is, if it was Windows-1252 read as MacRoman or a code page."""
    for codec in _MISREAD_FROM:
        read = text.encode(codec, errors="ignore").decode(WINDOWS, errors="replace")
        if len(read) == len(text) and _is_sound(read, text):
            yield _tidy(read)


def _is_sound(read: str, text: str) -> bool:
    return read != text and is_plain(read) and speakable(read)


def in_page(text: str, codec: str) -> str:
    """A text that was decoded as Windows-1252, decoded in another encoding."""
    byte_of = _bytes_of(WINDOWS)
    return "".join(
        bytes([byte_of[character]]).decode(codec, errors="replace")
        if character in byte_of
        else character
        for character in text
    )


def _unescaped(text: str) -> str:
    """The text with HTML entities and other escapes undone, also where they were repeated."""
    for _ in range(_TIMES):
        plain = _ESCAPED.sub(_meant, text)
        if plain == text:
            break
        text = plain
    return text


def _meant(escape: re.Match[str]) -> str:
    """What an escape stands for; the same text where it may be meant as it stands."""
    escaped = escape[0]
    if escaped[0] == "&":
        return html.unescape(escaped)
    if escaped.startswith('\\"'):
        return escaped.replace("\\", "")
    if escaped[0] == "\\":
        digits = escaped.replace("\\u", "")
        return digits[1:] if digits[0] == "\\" else _of_bytes(digits, "utf-16-be")
    letters = _of_bytes(escaped.replace(escaped[0], " "), "utf-8")
    is_sign = escaped[0] == "%" and letters in _ESCAPED_SIGNS
    return letters if is_sign or not (letters.isascii() or "\ufffd" in letters) else escaped


def _of_bytes(digits: str, encoding: str) -> str:
    return bytes.fromhex(digits).decode(encoding, errors="replace")


def _tidy(text: str) -> str:
    """A restored text in NFC, without invisible characters and surrounding white space."""
    return re.sub(INVISIBLE, "", unicodedata.normalize("NFC", text)).replace("\xa0", " ").strip()


def _is_usual(character: str) -> bool:
    """Whether a character is common in text: a letter, a digit, usual punctuation, an emoji."""
    if character.isascii():
        return character.isprintable() and character not in "?<>"
    category = unicodedata.category(character)
    if category[0] == "L":
        return character in _LATIN or not _is_latin(character)
    return category[0] == "M" or category == "Nd" or character in _MARKS or character >= _EMOJI


def _has_stray_mark(text: str) -> bool:
    """Whether a combining mark follows no letter, or a letter of another script."""
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
    """Whether a word has one script and its accented letters have the right case."""
    if word.isascii():
        return True
    if len(set(map(_script, word))) > 1:
        return False
    return not _is_latin(word[0]) or all(
        _fits(word, place) for place, letter in enumerate(word) if not letter.isascii()
    )


def _fits(word: str, place: int) -> bool:
    """Whether the case of a letter agrees with that of its neighbors."""
    letter, before, after = word[place], word[:place], word[place + 1 : place + 2]
    if letter.isupper():
        return word.isupper() or (not before and not after.isupper())
    if letter.islower():
        return not after.isupper() and not (len(before) > 1 and before.isupper())
    return True


def codec_of_words(words: Sequence[bytes]) -> str:
    """The one-byte encoding of some words with non-ASCII bytes; Windows-1252 in doubt.

    Another one is chosen only if Windows-1252 puts signs inside words and nearly all words are
    plain in the other; a dash or a quote alone is no evidence, as people type those.
    """
    as_windows = [in_windows(word) for word in words]
    signs = {sign for word in as_windows for sign in _INSIDE_A_NAME.findall(word)}
    has_evidence = (
        any(map(_INSIDE_A_WORD.search, as_windows)) or len(signs | _quotes(as_windows)) > 1
    )
    plain_as_windows = sum(map(_reads_well, as_windows))
    if not has_evidence or plain_as_windows > _FEW * len(words):
        return WINDOWS
    decoded_as = {codec: [word.decode(codec) for word in words] for codec in _MISREAD_FROM}
    plain_words = {codec: sum(map(_reads_well, texts)) for codec, texts in decoded_as.items()}
    best = max(plain_words, key=lambda codec: plain_words[codec])
    rivals = [
        codec
        for codec in plain_words
        if plain_words[codec] == plain_words[best] and decoded_as[codec] != decoded_as[best]
    ]
    return WINDOWS if rivals or plain_words[best] < _NEARLY_ALL * len(words) else best


def fit_windows(words: Sequence[bytes]) -> bool:
    """Whether words with non-ASCII bytes are plausible as Windows-1252.

    Polish, Turkish, Greek or Russian in a code page of their own decode to something as well, and
    nothing restores the letters once that is saved as UTF-8.
    """
    as_windows = [word.strip(_AROUND_A_WORD).replace("´", "’") for word in map(in_windows, words)]
    odd = sum(not is_plain(word) or bool(_OF_ANOTHER_PAGE.search(word)) for word in as_windows)
    return odd <= _ODD * len(as_windows)


def in_windows(word: bytes) -> str:
    """Bytes decoded as Windows-1252, or as Latin-1 where that is undefined."""
    return "".join(bytes([b]).decode(WINDOWS, errors="ignore") or chr(b) for b in word)


def _reads_well(word: str) -> bool:
    return is_plain(word) and speakable(word) and not _INSIDE_A_NAME.search(word)


def _quotes(words: Iterable[str]) -> set[str]:
    """Quotes between letters that belong to no contraction."""
    return {sign for word in words for sign in _QUOTE_IN_WORD.findall(word)}
