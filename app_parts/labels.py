"""Names that people gave, in labels of buttons and dialogs, which Streamlit takes for Markdown."""

from __future__ import annotations

import re

#: What means nothing in Markdown, wherever it stands in a line.
_PLAIN = re.compile(r"[\w .,'()&-]*", re.UNICODE)


def in_label(name: str, otherwise: str = "this district") -> str:
    """The name where it is plain text in a label, else other words for it."""
    plain = _PLAIN.fullmatch(name) and "_" not in name and "www." not in name.lower()
    return name if plain else otherwise
