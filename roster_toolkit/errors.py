"""What the toolkit raises: one family, each with a sentence that a person can act on.

A finding (something wrong in the data) is never an exception; these are for input that cannot be
used at all. Their text holds file names and keys, never a value of a cell.
"""

from __future__ import annotations


class ToolkitError(Exception):
    """The input cannot be used; the message says why and what to do.

    >>> try:
    ...     rt.review("nowhere.csv")
    ... except rt.ToolkitError as error:
    ...     print(error)
    There is no file nowhere.csv; check its name and its folder.
    """


class UnreadableFile(ToolkitError):
    """There is no file to speak of: missing, a directory, or not permitted.

    >>> try:
    ...     rt.read_upload("nowhere.csv", review.profile)
    ... except rt.UnreadableFile as error:
    ...     print(error)
    There is no file nowhere.csv; check its name and its folder.
    """


class ProfileError(ToolkitError):
    """A profile is broken; the message names the file, the key and the slip.

    >>> try:
    ...     rt.load_profile("bach-upload")
    ... except rt.ProfileError as error:
    ...     print(error)
    There is no profile 'bach-upload'. Did you mean batch-upload? It is one of ...
    """


class UsageError(ToolkitError):
    """The request contradicts itself or names something that does not exist.

    >>> try:
    ...     rt.review(file, season="spring")
    ... except rt.UsageError as error:
    ...     print(error)
    There is no season 'spring'; it is one of in-year, rollover, first.
    """


class StoreError(ToolkitError):
    """The store cannot be used: in use elsewhere, damaged, full, or not a store at all."""


class UnknownSnapshot(StoreError):
    """The store has no such district or snapshot; the message names those that it has."""
