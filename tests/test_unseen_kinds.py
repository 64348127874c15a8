"""Kinds of trouble that relatives of known files showed, each as the smallest file that has it."""

# ruff: noqa: RUF001  (signs that are taken for other signs are the subject)

from __future__ import annotations

import pytest

from roster_toolkit.garble import read_back


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [
        ("S„o", "São"),
        ("MuÒoz", "Muñoz"),
        ("GarcÌa", "García"),
        ("JosÈ", "José"),
        ("Ib·Òez", "Ibáñez"),
        ("Mⁿller", "Müller"),
        ("ReneΘ", "Reneé"),
        ("Sπo", "São"),
        ("N·±ez", "Núñez"),
        ("M³ller", "Müller"),
    ],
)
def test_windows_letters_that_another_program_misread_are_restored(
    garbled: str, meant: str
) -> None:
    assert read_back(garbled, is_name=True).restored == meant


@pytest.mark.parametrize("name", [
    "DeÁngelis", "McÉlroy", "DelÁguila", "LeÓn", "Gal·la", "Paral·lel", "JOSÉ", "Íñigo", "FitzÉ",
    "Þór", "Σίσυφος", "de la Ò", "Maria-Òscar", "O'Ñate", "Ana III", "Ana²", "VanÓst", "MacÉoin",
])  # fmt: skip
def test_capitals_and_foreign_letters_of_real_names_pass_in_silence(name: str) -> None:
    assert not read_back(name, is_name=True).garbled


@pytest.mark.parametrize("garbled", ["Mu??oz", "Ib??ez", "Jos??", "??ngel", "Magalh„es"])
def test_a_letter_of_which_two_signs_are_left_is_seen_and_nothing_is_offered(garbled: str) -> None:
    reading = read_back(garbled, is_name=True)

    assert reading.garbled
    assert reading.restored is None
