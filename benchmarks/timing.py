"""What a piece of work takes inside a process, where the reading before it is not meant."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any


def tell(work: Callable[[], Any], *, counted: Callable[[Any], Any] = lambda _: None) -> None:
    """Do the work once and print what it took: `cpu`, `seconds`, and `counts` of what was found.

    Counting is left out of the time, as each contender keeps its findings in another form.
    """
    clock, processor = perf_counter(), process_time()
    found = work()
    taken = {"cpu": process_time() - processor, "seconds": perf_counter() - clock}
    sys.stdout.write(json.dumps({**taken, "counts": counted(found)}) + "\n")
