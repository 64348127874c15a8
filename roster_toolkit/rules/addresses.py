"""The one address that a malformed cell holds, if it holds one and no more.

Nothing is left out of an address and nothing made up: brackets, a name, `mailto:` and punctuation
around it are no part of it, and a broken domain is replaced only by one that the file itself uses.
"""

# ruff: noqa: RUF001  (quotes of all kinds stand around addresses)

from __future__ import annotations

import re
from collections.abc import Sequence

#: Two addresses or more, with something between them: an expression that Polars and Python read.
SEVERAL_ADDRESSES = r"(?s)[^\s@,;<]@[A-Za-z0-9._-]+[^A-Za-z0-9@._-].*[^\s@,;<]@[A-Za-z0-9]"
#: Letters, digits, dots and hyphens alone, without a sign or with several apart: none is meant. So
#: reads a column that holds something else, and asking Polars by pattern is 30 times faster.
MEANS_NO_ADDRESS = r"^[A-Za-z0-9._-]*(@+[A-Za-z0-9._-]+@[A-Za-z0-9._@-]*)?$"
_SEVERAL = re.compile(SEVERAL_ADDRESSES)
_WHOLE = re.compile(r"[^\s@,;:<>()\[\]\"'“”‘’]+@[A-Za-z0-9._-]*[A-Za-z0-9]")
#: What programs write in front of an address: a link, the kind of mail system, a label.
_LINK = re.compile(
    r"(?i)mailto:\s*|^\s*(?:=hyperlink\(\"|smtp:|sip:|https?://|e-?mail(?: address)?\s*[:=])\s*"
)
#: What people write behind it.
_NOTE = re.compile(r"\s+\([^()@]*\)\s*$")
_QUESTION = re.compile(r"\?(subject|cc|bcc|body)=.*$", re.IGNORECASE | re.DOTALL)
_IN_BRACKETS = re.compile(r"^[^<>]*<([^<>]+)>\W*$")
_AROUND = " \t\r\n\xa0<>()[]{}\"'“”‘’«»`,;:"
_AT = re.compile(r"(?i)\s*[(\[{]at[)\]}]\s*|\s+at\s+")
_DOT = re.compile(r"(?i)\s*[(\[{]dot[)\]}]\s*")
#: From so many letters on, one wrong letter leaves no doubt which domain was meant.
_LONG_ENOUGH = 6


def meant_address(value: str, domains: Sequence[str], pattern: re.Pattern[str]) -> str | None:
    """The address that a cell means, or None where more than one may be meant.

    `domains` are those of the file's good addresses, `pattern` is the form of a good one.
    """
    text = _NOTE.sub("", _QUESTION.sub("", _LINK.sub("", value.replace("＠", "@"))))
    if _SEVERAL.search(text):
        same = {found.lower() for found in _WHOLE.findall(text)}
        text = _WHOLE.findall(text)[0] if len(same) == 1 else ""
    bracketed = _IN_BRACKETS.match(text)
    text = (bracketed[1] if bracketed else text).strip(_AROUND).rstrip(_AROUND + ".")
    if "@" not in text:
        text = _DOT.sub(".", _AT.sub("@", text, count=1))
    local, sign, domain = text.partition("@")
    local, domain = local.rstrip(), domain.lstrip("@").strip()
    if not sign or "@" in domain:
        return None
    if pattern.search(address := f"{local}@{domain}"):
        return address
    own = _own_domain(domain, domains)
    address = f"{local}@{own}"
    return address if own and pattern.search(address) else None


def _own_domain(typed: str, domains: Sequence[str]) -> str | None:
    """The domain of the file that a broken one means: cut short, without its dots, or one slip."""
    letters = _letters(typed)
    if not letters:
        return domains[0] if len(domains) == 1 and not typed else None
    for fits in (_has_the_letters, _goes_on, _is_one_slip_away):
        found = [domain for domain in domains if fits(domain, typed, letters)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _letters(domain: str) -> str:
    return re.sub(r"[\W_]", "", domain).lower()


def _has_the_letters(domain: str, typed: str, letters: str) -> bool:
    return _letters(domain) == letters


def _goes_on(domain: str, typed: str, letters: str) -> bool:
    return domain.startswith(typed.lower().rstrip(".,;") + ".")


def _is_one_slip_away(domain: str, typed: str, letters: str) -> bool:
    from rapidfuzz.distance import OSA

    own = _letters(domain)
    near = len(letters) >= _LONG_ENOUGH and abs(len(own) - len(letters)) <= 1
    return near and OSA.distance(own, letters) == 1
