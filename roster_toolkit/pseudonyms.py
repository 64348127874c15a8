"""Pseudonyms: a keyed, stable stand-in for each value, which tells its kind and says it is one.

The digest is BLAKE2b with a secret key, so that nobody without the key can try values until one
fits. The same value has the same digits whatever it is called: `ID-…` as an ID, `Name …` as a name.
"""

from __future__ import annotations

from base64 import b64encode
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

#: A domain that can never exist (RFC 2606): addresses there are pseudonyms.
MASKED_DOMAIN = "masked.invalid"
#: Bytes of a digest, and digits that it has as it is written.
_DIGEST, _WRITTEN = 21, 28
#: Groups of four digits that a pseudonym has: 58 bits, so that a clash among millions is not to be
#: expected. Where one happens all the same, `Pseudonyms` takes more.
GROUPS, _MOST_GROUPS = 3, 7
_FOUR = 4
#: Base64, which is fast, written in Crockford's 32 digits, which nobody takes for one another.
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_CROCKFORD = bytes.maketrans(_BASE64, 2 * b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")


class Pseudonym(StrEnum):
    """What a pseudonym stands for, as its first word says."""

    ID = "ID-"
    NAME = "Name "
    CLASS = "Class "
    TEXT = "Text "
    SCHOOL = "School "
    DISTRICT = "District "
    PROFILE = "Profile "
    HEADER = "Header "
    FILE = "file-"


#: An expression for Polars and Python: what a cell reads like that holds a pseudonym.
READS_MASKED = (
    rf"^\s*(?:(?:{'|'.join(Pseudonym)})\d[0-9A-Z]{{3}}(?:-[0-9A-Z]{{4}}){{2,}}"
    r"|\d[0-9a-z]{3}(?:-[0-9a-z]{4}){2,} ?[@.]masked\.invalid)"
)


class Pseudonyms:
    """The digits of pseudonyms under one key: one-to-one, the same for a value at any time."""

    def __init__(self, key: bytes, groups: int = GROUPS) -> None:
        """`key`: 16 to 64 secret bytes; `groups` of four digits each."""
        self._key, self._groups = key, groups
        self._given: list[pl.DataFrame] = []

    def digits(self, values: pl.Series) -> pl.Series:
        """The digits for each of some distinct texts, in groups: `7QK2-M9TA-4XW0`.

        They begin with a figure, as an ID has one.
        """
        import polars as pl

        texts = values.to_list()
        digests = [
            blake2b(text.encode(), digest_size=_DIGEST, key=self._key).digest() for text in texts
        ]
        written = b64encode(b"".join(digests)).translate(_CROCKFORD).decode("ascii")
        digits = pl.Series(
            "digits",
            [
                f"{digest[-1] % 10}{written[at : at + _MOST_GROUPS * _FOUR - 1]}"
                for digest, at in zip(digests, range(0, len(written), _WRITTEN), strict=True)
            ],
            dtype=pl.String,
        )
        parts = [digits.str.slice(_FOUR * group, _FOUR) for group in range(self._groups)]
        grouped = pl.select(pl.concat_str([pl.lit(part) for part in parts], separator="-"))
        found = grouped.to_series().alias("digits")
        self._given.append(pl.DataFrame([values.alias("value"), found]))
        return found

    @property
    def one_to_one(self) -> bool:
        """Whether no two of the values so far have the same digits."""
        import polars as pl

        if not self._given:
            return True
        given = pl.concat(self._given).unique()
        return given["digits"].n_unique() == given.height

    def longer(self) -> Pseudonyms:
        """The same with more digits, for values of which two had the same."""
        return Pseudonyms(self._key, min(self._groups + 2, _MOST_GROUPS))

    def of(self, text: str, kind: Pseudonym) -> str:
        """The pseudonym of one text."""
        import polars as pl

        return f"{kind}{self.digits(pl.Series([text], dtype=pl.String))[0]}"
