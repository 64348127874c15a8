"""The contract of a frame, as a Pandera schema derived from profile and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roster_toolkit.model import Profile

if TYPE_CHECKING:
    from roster_toolkit.derive.roster_schema import RosterSchema


def pandera_schema(profile: Profile) -> RosterSchema:
    """A Pandera schema for frames with the profile's headers and one row per record, all text.

    It says what an import brings in and an export hands out: that the required columns are there
    and no others, that they hold text, and every error (not warning) of a cell (RT1xx), within a
    row (RT2xx) and between rows (RT3xx), each as a check that is named after its rule's code and
    stands at the column concerned. The checks read the findings of `validate`, with the severities
    of the profile, so they agree with it. A null counts as a blank cell.

    >>> profile = rt.load_profile()
    >>> schema = rt.pandera_schema(profile)
    >>> frame = rt.read_upload("data/samples/bad-grades.csv", profile).cells
    >>> schema.failures(frame).rows()[0]
    ('userGrade', 'RT102', 13)

    `validate(frame)` is Pandera's own: it gives the frame back, or raises. `failures(frame)` lists
    what is wrong instead: `column`, `check` (the code) and `index` (the row of the frame, from 0).
    RT208 stands at the first column of the frame.

    Not covered: the file a frame came from (RT0xx: encoding, delimiter, order of columns, ragged
    and example rows); warnings and infos; the roster (RT4xx). Errors and their text hold values of
    cells: keep them out of logs.

    A LazyFrame is refused with UsageError, because Pandera looks only at its columns and would
    pass bad data; so are `head`, `tail` and `sample`, because a person's rows belong together.
    """
    from roster_toolkit.derive.roster_schema import build_schema

    return build_schema(profile)
