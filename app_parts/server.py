"""The life of the server: what leaves it, how long it keeps a file, and that it ends without noise.

What the first file needs is loaded early, too.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from types import ModuleType

import streamlit as st
from streamlit import net_util
from streamlit.runtime import exists, get_instance

import roster_toolkit as rt

#: Seconds between two looks for sessions that have ended.
_EVERY = 5.0
_LOG = logging.getLogger("roster_toolkit.app")


@asynccontextmanager
async def server_lifespan(_: st.App) -> AsyncIterator[None]:
    """From before the first request until the server ends."""
    disable_address_lookup()
    ending = asyncio.create_task(_release_sessions_forever())
    try:
        yield
    finally:
        ending.cancel()


def disable_address_lookup() -> None:
    """Let Streamlit not find out by which address the world sees this machine.

    It would ask a host outside whenever a page of another origin knocks, only to refuse it.
    """
    net_util.get_external_ip = lambda: None
    net_util.get_internal_ip = lambda: "127.0.0.1"


async def _release_sessions_forever() -> None:
    """Let go of sessions when their time is over, not when the next visitor happens to come."""
    while True:
        await asyncio.sleep(_EVERY)
        try:
            release_ended_sessions()
        except Exception as fault:  # noqa: BLE001  a later look may succeed, and the server goes on
            _LOG.error("Ended sessions are still kept: %s", type(fault).__name__)


def release_ended_sessions() -> int:
    """Free what ended sessions hold, and say how many there were.

    Streamlit keeps the session of a closed tab for a reload, and forgets to look at the clock.
    """
    if not exists():
        return 0
    kept = get_instance()._session_mgr._session_storage._cache  # type: ignore[attr-defined]  # noqa: SLF001  Streamlit has no other way
    ended = [info for _, info in kept.expire()]
    for info in ended:
        info.session.shutdown()
        # Streamlit's own loop holds the last session until there is another one: so empty it.
        info.session.session_state.clear()
        # What a button or a drop zone calls knows the desk; the line above leaves these.
        info.session.session_state._new_widget_state.widget_metadata.clear()  # noqa: SLF001
        info.session.flush_browser_queue()
    if ended:
        # The page that was drawn last stays there, with all that its names stand for.
        sys.modules["__main__"] = ModuleType("__main__")
        gc.collect()  # what hangs on a session holds each other
    return len(ended)


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Check the template once per server: engine and charts take a second to load."""
    atexit.register(_silence_stderr)
    template = rt.template_csv(rt.load_profile("batch-upload"))
    rt.review(template, name="template.csv").plot.categories()


def _silence_stderr() -> None:
    """Close stderr when the server ends: DuckDB 2.0 would list there what it left untidied."""
    with suppress(OSError, ValueError):
        sys.stderr.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
