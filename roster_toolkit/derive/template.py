"""The template of a profile: its headers and its example rows."""

from __future__ import annotations

import csv
import io

from roster_toolkit.model import Profile


def template_csv(profile: Profile) -> bytes:
    """An empty users.csv to fill in, with the profile's example rows, as UTF-8 with line feeds.

    Whoever forgets to delete an example row is told so by RT013.

    >>> rt.template_csv(review.profile).decode().split(",")[:3]
    ['action', 'schoolId', 'userId']
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in profile.in_file)
    for row in profile.template_rows:
        writer.writerow(row.get(column.key, "") for column in profile.in_file)
    return text.getvalue().encode("utf-8")
