"""Letters that were read in the wrong encoding: what is told of them, and whom it leaves alone."""

# ruff: noqa: RUF001  (signs that are taken for other signs are the subject)

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roster_toolkit.cleaning import clean
from roster_toolkit.garble import codec_of_words, in_windows, is_plain, read_back

NAMES = """
    Núñez García Peña Muñoz José Ángel Álvarez Óscar Íñigo Sofía Nicolà Zoë René François Çelik
    Öztürk Şahin Yıldız Müller Jörg Groß Åse Ægir Søren Þór Šimić Dvořák Łukasz Łódź Őze Nguyễn
    Đặng Phạm Hélène Côté Noël João Conceição Ștefan PEÑA JOSÉ MÜLLER NÚÑEZ Иван Γιώργος 李明
    さくら D’Angelo
    """.split()  # noqa: SIM905  (a list of one a line reads worse)

#: As which UTF-8 is misread; Latin-1 and Windows-1252 differ in thirty-two signs.
READERS = ["latin-1", "windows", "mac_roman", "cp437", "cp850"]


def misread(text: str, reader: str) -> str:
    data = text.encode()
    return in_windows(data) if reader == "windows" else data.decode(reader)


@given(st.sampled_from(NAMES), st.sampled_from(READERS), st.sampled_from([1, 2]))
def test_utf_8_that_was_misread_is_restored_or_at_least_seen(
    name: str, reader: str, times: int
) -> None:
    garbled = name
    for _ in range(times):
        garbled = misread(garbled, reader)

    reading = read_back(garbled, is_name=True)

    assert reading.garbled
    assert reading.restored in (name, None)
    if reader in ("latin-1", "windows"):
        assert reading.restored == name


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=12))
def test_any_text_can_be_looked_at_and_a_restored_one_is_sound(text: str) -> None:
    restored = read_back(text, is_name=True).restored

    if restored is not None:
        assert restored != text
        assert is_plain(restored)


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [
        ("GarcÃ\u00ada", "García"),
        ("NicolÃ\u00a0", "Nicolà"),
        ("NicolÃ ", "Nicolà"),
        ("Nguyá»\u0085n", "Nguyễn"),
        ("MuÃƒÂ±oz", "Muñoz"),
        ("M√ºller", "Müller"),
        ("Mu├▒oz", "Muñoz"),
        ("NunÌƒez", "Nuñez"),
        ("MariaÂ\u00a0Garcia", "Maria Garcia"),
        ("Hern‡ndez", "Hernández"),
        ("Mu–oz-Garc’a", "Muñoz-García"),
        ("Mu¤oz", "Muñoz"),
        ("JosŽ", "José"),
        ("Jos‚", "José"),
        ("O\u0092Brien", "O’Brien"),
        ("DÕAngelo", "D’Angelo"),
        ("O&#39;Brien", "O'Brien"),
        ("O&amp;#39;Brien", "O'Brien"),
        ("Nu&ntilde;ez", "Nuñez"),
    ],
)
def test_the_one_plain_reading_is_offered(garbled: str, meant: str) -> None:
    assert read_back(garbled, is_name=True).restored == meant


@pytest.mark.parametrize(
    "lost", ["Mu?oz", "Jos?", "?scar", "Nu\ufffdez", "Nu\u0007ez", "GarcÃa", "J”rg", "L—pez"]
)
def test_what_is_lost_or_may_be_several_words_is_seen_and_nothing_is_offered(lost: str) -> None:
    reading = read_back(lost, is_name=True)

    assert reading.garbled
    assert reading.restored is None


REAL = [
    *NAMES, "O'Brien", "Mary‑Ann", "Müller-Lüdenscheidt", "Ka’ahumanu", "ʻIolani", "Kaʻahumanu",
    "Māori", "Ŵyn", "Smith–Jones", "Jean–Éric", "L’Écuyer", "Gal·la", "Mª José", "O´Brien", "TOMÁŠ",
    "Tomáš", "Aleš", "BENÉŠ", "MATÚŠ", "IRMÃ", "VÂR", "ÅSA", "Chloë", "Žižek", "Šárka", "N’Guessan",
    "Robert “Bob” Smith", "de la Peña", "محمد", "דוד", "प्रिया", "😀", "Ana\u00ad", "McŽan",
]  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_real_names_pass_in_silence_in_any_case(name: str) -> None:
    for written in (name, name.upper(), name.lower()):
        assert not read_back(written, is_name=True).garbled


@pytest.mark.parametrize(
    "title",
    ["Ready? Set", "Who am I?", "What?", "Math – A", "Reading…and", "Read 180®", "1ª A", "3º B",
     "Tom & Jerry", "R&D;x", "Algebra √2", "Col·legi", "“Wonder”", "¿Qué tal?", "Café ☕", "20 °C",
     "C++", "K–2"],
)  # fmt: skip
def test_signs_that_people_write_in_titles_pass_in_silence(title: str) -> None:
    assert not read_back(title).garbled


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        (" Lee\u00a0", "Lee"),
        ("L\u00adee", "Lee"),
        ("\u200b Lee ", "Lee"),
        ("José\u00a0", "José"),
        ("\u00a0", ""),
        ("GarcÃ\u00ada", "GarcÃ\u00ada"),
        (" NicolÃ\u00a0", "NicolÃ\u00a0"),
        ("áº\u00adn ", "áº\u00adn"),
    ],
)
def test_cleaning_leaves_what_may_be_half_of_a_letter(typed: str, cleaned: str) -> None:
    assert pl.select(clean(pl.lit(typed))).item() == cleaned


SPANISH = ["Muñoz", "García", "Hernández", "López", "Peña", "José", "Núñez"]
GERMAN = ["Müller", "Jörg", "Groß", "Jäger", "Schröder"]


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman", "cp437"])
@pytest.mark.parametrize("names", [SPANISH, GERMAN, ["Muñoz-García"], ["José"], ["João", "São"]])
def test_the_words_of_a_file_tell_its_encoding(names: list[str], codec: str) -> None:
    try:
        words = [name.encode(codec) for name in names]
    except UnicodeEncodeError:
        pytest.skip("the encoding lacks a letter")

    assert codec_of_words(words) == codec


@pytest.mark.parametrize(
    "words",
    [
        ["–"],
        ["Pre–algebra"],
        ["Mary–ann"],
        ["O’Brien", "D’Angelo"],
        ["Pre–algebra", "Teacher’s", "Ka’ahumanu"],
        ["Wait…what", "“Bob”"],
        ["Math•Science", "180®"],
        ["don’t", "we’ll", "Anna–Lena"],
        ["Žižek", "Šimic"],
    ],
)
def test_a_dash_or_a_quote_is_no_proof_of_another_encoding(words: list[str]) -> None:
    assert codec_of_words([word.encode("cp1252") for word in words]) == "cp1252"
