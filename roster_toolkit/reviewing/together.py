"""`review_together`: the files of one upload, each judged with the others at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from roster_toolkit.errors import UsageError
from roster_toolkit.ingest.source import FileSource
from roster_toolkit.model import ChosenBy, Profile
from roster_toolkit.reviewing.judged_by import profile_for
from roster_toolkit.reviewing.review import Review, review


def review_together(
    sources: Sequence[FileSource],
    *,
    names: Sequence[str | None] = (),
    previous_upload: FileSource | None = None,
    **options: Any,  # noqa: ANN401
) -> tuple[Review, ...]:
    """The reviews of the files of one upload, in their order: users.csv, and what goes with it.

    Each is judged as what its header says it is; demographics.csv by the students whom users.csv
    enrolls. `names` are the files' names where their paths do not tell, `previous_upload` is the
    users.csv that was uploaded last; `options` are those of `review`. Raises UsageError where two
    of the files are of one kind, ToolkitError as `review` does.

    >>> [one.profile.file_name for one in rt.review_together([story.upload], against=riverton)]
    ['users.csv']
    """
    named = [*names, *[None] * len(sources)][: len(sources)]
    usual = profile_for(options.pop("profile", None), options.get("against"))
    judged = [
        _judged(source, usual, name=name, previous_upload=previous_upload, **options)
        for source, name in zip(sources, named, strict=True)
    ]
    kinds = [one.profile.file_name for one in judged]
    for kind in kinds:
        if kinds.count(kind) > 1:
            raise UsageError(
                f"Two of these files are a {kind}; one upload has one. Check many files with batch."
            )
    enrolling = next((one for one in judged if not one.profile.beside), None)
    if enrolling is None:
        return tuple(judged)
    # Who is enrolled is known only now.
    return tuple(
        review(source, name=name, profile=usual, beside=enrolling, **options)
        if one.profile.beside
        else one
        for source, name, one in zip(sources, named, judged, strict=True)
    )


def _judged(source: FileSource, usual: Profile, **options: Any) -> Review:  # noqa: ANN401
    """The review by a profile, or by that of another file where the header is that file's.

    A profile that somebody named holds for one file alone; of several, each is what it is.
    """
    judged = review(source, profile=usual.chosen(ChosenBy.DEFAULT), **options)
    return judged if judged.profile.file_name != usual.file_name else replace(judged, profile=usual)
