"""A Dask cluster as an executor: the same tasks, on other machines."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from urllib.parse import urlsplit

from roster_toolkit.errors import ToolkitError, UsageError
from roster_toolkit.text import printable

#: Seconds to wait for the scheduler.
_PATIENCE = 15


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The executor of the Dask scheduler at an address.

    The customers' files leave this machine with their tasks, so that a scheduler elsewhere is
    reached by `tls://` alone; where the certificates lie is Dask's to be told
    (`distributed.comm.tls`, docs/scale.md). Raises UsageError for an address that is not safe or
    none at all, ToolkitError where nobody answers there or Dask is not installed.
    """
    host_of(address)
    try:
        from distributed import Client
    except ImportError:
        raise ToolkitError(
            "A cluster needs Dask: pip install -r requirements-cluster.txt, on every machine of it."
        ) from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
        raise ToolkitError(
            f"No scheduler answers at {printable(address)} ({type(error).__name__}): is it up, and "
            "are the certificates of distributed.comm.tls in place?"
        ) from None
    with client:
        # Not pure: a key would be a digest of the file, where it need be no more than a number.
        yield client.get_executor(pure=False, retries=2)  # type: ignore[no-untyped-call]


def host_of(address: str) -> str:
    """The host of a scheduler; UsageError where files would travel in the open or none is named."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("tcp", "tls") or not host or port is None:
        raise UsageError(
            "A scheduler is named by its address, such as tls://scheduler.example.org:8786."
        )
    if parts.scheme != "tls" and not is_here(host):
        raise UsageError(
            f"The scheduler {printable(host)} is another machine, and files hold pupils' data: "
            "reach it by tls://, not by tcp://."
        )
    return host


def is_here(host: str) -> bool:
    """Whether a host is this machine, by its loopback address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
