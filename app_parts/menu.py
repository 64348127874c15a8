"""The menu on a phone, where it lies over the page: it goes away once a page is chosen."""

from __future__ import annotations

import streamlit as st

#: Streamlit leaves the menu open, also after a reload; its own button puts it away.
_GOES_AWAY = """
const NARROW = "(max-width: 768px)";
export default function () {
  if (window.menuGoesAway) return;
  window.menuGoesAway = true;
  const putAway = () => {
    if (!window.matchMedia(NARROW).matches) return;
    document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-testid=stSidebarNavLink]")) setTimeout(putAway, 50);
  });
}
"""


def fold_menu() -> None:
    """Watch for a choice in the menu, as long as the page is open."""
    _menu(key="menu")


_menu = st.components.v2.component("folding_menu", js=_GOES_AWAY)
