"""Words of one or two on badges, in lists and on buttons.

Streamlit takes labels of buttons and dialogs for Markdown, so that names which people gave stand in
them only where they hold none.
"""

from __future__ import annotations

import re

import roster_toolkit as rt

#: What a finding of each severity is called on every page.
SEVERITIES = {
    rt.Severity.BLOCKER: "whole file",
    rt.Severity.ERROR: "error",
    rt.Severity.WARNING: "warning",
    rt.Severity.INFO: "note",
}
#: What means nothing in Markdown, wherever it stands in a line.
_PLAIN = re.compile(r"[\w .,'()&-]*", re.UNICODE)


def in_label(name: str, otherwise: str = "this district") -> str:
    """The name where it is plain text in a label, else other words for it."""
    plain = _PLAIN.fullmatch(name) and "_" not in name and "www." not in name.lower()
    return name if plain else otherwise
