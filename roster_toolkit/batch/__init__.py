"""Many files at once: one file is one task, judged alone, wherever there is a processor for it.

`inputs` says which files, `criteria` how each is judged, `task` judges one and hands back plain
tables, `running` keeps an executor busy, `folder` keeps results so that a run goes on where it was
killed, `summary` says what deserves attention first. `reviews` holds whole reviews in memory, for
the few that somebody wants to look into.
"""

from roster_toolkit.batch.batch import Batch, review_files
from roster_toolkit.batch.reviews import Reviews

__all__ = ["Batch", "Reviews", "review_files"]
