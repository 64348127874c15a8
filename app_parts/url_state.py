"""Where somebody is on a page, kept in its address for the back button, a reload and a link.

Only words of ours go into an address (a tab, a category, a rule, the number of a cause), never
something that a file holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

_PLACE = "place"


def read_place(place: Mapping[str, str | None]) -> None:
    """Read the place from the address, if somebody went there since the page was last drawn.

    Where somebody chose on the page, that counts: the address may be the one from before the last
    choice, if the browser was not told of it yet. It is told before anything is drawn, so that
    whoever acts on what is drawn brings the new address along.

    `place`: the names of which it consists → where one is unless the address says otherwise.
    """
    words = {name: st.query_params.get(name, default) for name, default in place.items()}
    before = st.session_state.get(_PLACE)
    chosen = before is not None and before.keys() == place.keys() and _at(place) != before
    if chosen:
        write_place(place)
    elif words != before:
        st.session_state.update(words)
        st.session_state[_PLACE] = words
        return
    # The browser is told in every run: a run that is overtaken by the next may never be seen.
    st.session_state.update({n: st.session_state[n] for n in place if n in st.session_state})


def write_place(place: Mapping[str, str | None]) -> None:
    """Write the place into the address, if it has changed."""
    current = _at(place)
    if current != st.session_state.get(_PLACE):
        st.session_state[_PLACE] = current
        words = {name: word for name, word in current.items() if word and word != place[name]}
        st.query_params.from_dict(words)


def _at(place: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name: st.session_state.get(name) for name in place}


def keep_among(name: str, options: Collection[str]) -> None:
    """Forget a choice that there is no more, such as a category of the file before."""
    if st.session_state.get(name) not in options:
        st.session_state[name] = None


def choose_part(label: str, parts: Mapping[str, str], *, key: str, usual: str) -> str:
    """The part of a page that is looked at: its name in the address, its title on the page."""
    if st.session_state.get(key) not in parts:
        st.session_state[key] = usual
    chosen = st.segmented_control(
        label, list(parts), key=key, required=True, format_func=parts.__getitem__,
        label_visibility="collapsed",
    )  # fmt: skip
    return chosen or usual
