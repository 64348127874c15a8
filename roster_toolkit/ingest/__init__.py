"""The reading room: any bytes → Upload.

Reading judges nothing. It finds the table in a file, keeps every character as typed, and states
the facts (encoding, delimiter, headers, blank and ragged records, obstacles) that file rules judge.
"""

from __future__ import annotations

from roster_toolkit.ingest.reading import read_upload

__all__ = ["read_upload"]
