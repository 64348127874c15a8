"""A button that puts a text on the clipboard at one click."""

from __future__ import annotations

import streamlit as st

_LOOK = """
button {
  font: inherit; color: inherit; background: transparent; cursor: pointer;
  border: 1px solid var(--st-border-color, #8887); border-radius: var(--st-button-radius, .25rem);
  min-height: 2.5rem; padding: .25rem .75rem; white-space: nowrap;
  color: var(--st-text-color); font-family: var(--st-font); font-size: .875rem;
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""
#: Where the browser keeps the clipboard to itself (a page that is not on this computer and not
#: encrypted), the old way is taken.
_COPIES = """
export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button");
  button.textContent = data.label;
  const theOldWay = () => {
    const area = document.createElement("textarea");
    area.value = data.text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.text);
    } catch {
      theOldWay();
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = data.label; }, 2000);
  };
}
"""


def copy_button(label: str, text: str, *, key: str) -> None:
    """Copy this text; the button says so for two seconds."""
    _button(data={"label": label, "text": text}, key=key, width="content", height="content")


_button = st.components.v2.component(
    "copy_button", html='<button type="button" aria-live="polite"></button>', css=_LOOK, js=_COPIES
)
