"""Tasks → results, on any executor: a few tasks at a time, each result as soon as it is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from multiprocessing import get_context

from roster_toolkit.batch.criteria import Criteria, toolkit_version
from roster_toolkit.batch.task import Result, Task, judge, judge_packed, unusable
from roster_toolkit.errors import ToolkitError, UsageError

_GONE = "The process that judged it ended, perhaps for want of memory; check it by itself."
#: Tasks under way for each job: one that is judged, one that waits at hand.
_FOR_EACH = 2
#: Tasks under way on an executor whose size is not told.
_ANYWHERE = 64


def judged_here(tasks: Iterator[Task], criteria: Criteria) -> Iterator[Result]:
    """The results, one after the other, in this process."""
    return (judge(task, criteria) for task in tasks)


def judged_by(
    executor: Executor, tasks: Iterator[Task], criteria: Criteria, at_once: int = _ANYWHERE
) -> Iterator[Result]:
    """The results as they come from any executor, with at most so many tasks under way.

    A task of which a cluster lost the process gives a result that says so. Raises ToolkitError
    where the executor itself is gone.
    """
    lost: list[Task] = []
    yield from _until_broken(executor, at_once, tasks, criteria, lost.append)
    if lost:
        raise ToolkitError(
            "A process of the executor ended and took it along, perhaps for want of memory; "
            "run the same again with a new one to go on."
        )


def judged_by_processes(jobs: int, tasks: Iterator[Task], criteria: Criteria) -> Iterator[Result]:
    """The results as they come from processes on this machine.

    Where a process dies, the tasks that were under way are each tried once more, by themselves:
    only the one that kills it again is given up.
    """
    with _cores_shared(jobs):
        while lost := (yield from _by_a_pool(jobs, tasks, criteria)):
            for task in lost:
                alone = yield from _by_a_pool(1, iter([task]), criteria)
                yield from (unusable(one.name, _GONE) for one in alone)


def _by_a_pool(
    jobs: int, tasks: Iterator[Task], criteria: Criteria
) -> Generator[Result, None, list[Task]]:
    """The results of a pool of processes; returns the tasks that it took along when it broke."""
    lost: list[Task] = []
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from _until_broken(pool, _FOR_EACH * jobs, tasks, criteria, lost.append)
    return lost


def _until_broken(
    executor: Executor,
    at_once: int,
    tasks: Iterator[Task],
    criteria: Criteria,
    lose: Callable[[Task], object],
) -> Iterator[Result]:
    """The results, until all is done or the executor breaks: `lose` is called for what it took."""
    under_way: dict[Future[Result], Task] = {}
    broken = False
    try:
        while not broken:
            while len(under_way) < at_once and (task := next(tasks, None)) is not None:
                try:
                    under_way[_submitted(executor, task, criteria)] = task
                except BrokenExecutor:
                    lose(task)
                    break
            if not under_way:
                return
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                task = under_way.pop(future)
                if not future.cancelled() and isinstance(future.exception(), BrokenExecutor):
                    broken = True
                    lose(task)
                else:
                    yield _outcome(future, task)
        for task in under_way.values():
            lose(task)
    finally:
        for future in under_way:
            future.cancel()


def _submitted(executor: Executor, task: Task, criteria: Criteria) -> Future[Result]:
    try:
        return executor.submit(judge_packed, task, criteria.packed, toolkit_version())
    except RuntimeError as error:
        if isinstance(error, BrokenExecutor):
            raise
        raise UsageError("The executor is shut down already; give one that still works.") from None


def _outcome(future: Future[Result], task: Task) -> Result:
    """The result of a task, whatever became of it."""
    if future.cancelled():
        raise ToolkitError(
            "The cluster is gone, or gave the work back; run the same again to go on."
        )
    if future.exception() is not None:
        return unusable(task.name, _GONE)
    result = future.result()
    if result.version != toolkit_version():
        raise ToolkitError(
            f"The workers have Roster Toolkit {result.version}, and this is {toolkit_version()}: "
            "install the same version on both."
        )
    return result


@contextmanager
def _cores_shared(jobs: int) -> Iterator[None]:
    """Give each new process its share of the cores: Polars in each would take them all."""
    name = "POLARS_MAX_THREADS"
    before = os.environ.get(name)
    if before is None:
        os.environ[name] = str(max(1, (os.cpu_count() or 1) // jobs))
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(name, None)
