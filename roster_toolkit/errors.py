"""What the toolkit raises: one family, each with a sentence that a person can act on.

A finding (something wrong in the data) is never an exception; these are for input that cannot be
used at all. Their text holds file names and keys, never a value of a cell.
"""

from __future__ import annotations


class ToolkitError(Exception):
    """The input cannot be used; the message says why and what to do."""


class UnreadableFile(ToolkitError):
    """There is no file to speak of: missing, a directory, or not permitted."""


class ProfileError(ToolkitError):
    """A profile is broken; the message names the file, the key and the slip."""


class UsageError(ToolkitError):
    """The request contradicts itself or names something that does not exist."""


class StoreError(ToolkitError):
    """The store cannot be used: in use elsewhere, damaged, full, or not a store at all."""


class UnknownSnapshot(StoreError):
    """The store has no such district or snapshot; the message names those that it has."""
