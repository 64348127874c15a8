"""Tasks → results, on any executor: a few tasks at a time, each result as soon as it is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
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

    A task of which the executor lost the process gives a result that says so. Raises ToolkitError
    where the executor itself is gone.
    """
    under_way: dict[Future[Result], Task] = {}
    try:
        while True:
            while len(under_way) < at_once and (task := next(tasks, None)) is not None:
                under_way[_submitted(executor, task, criteria)] = task
            if not under_way:
                return
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield _outcome(future, under_way.pop(future))
    finally:
        for future in under_way:
            future.cancel()


def judged_by_processes(jobs: int, tasks: Iterator[Task], criteria: Criteria) -> Iterator[Result]:
    """The results as they come from processes on this machine.

    Where a process dies, the tasks that were under way are each tried once more, by themselves:
    only the one that kills it again is given up.
    """
    lost: list[Task] = []
    left = tasks
    with _cores_shared(jobs):
        while True:
            yield from _until_broken(jobs, left, criteria, lost.append)
            if not lost:
                return
            for task in lost:
                alone: list[Task] = []
                yield from _until_broken(1, iter([task]), criteria, alone.append)
                yield from (unusable(one.name, _GONE) for one in alone)
            lost.clear()


def _until_broken(
    jobs: int, tasks: Iterator[Task], criteria: Criteria, lose: Callable[[Task], object]
) -> Iterator[Result]:
    """The results of a pool, until all is done or it breaks: `lose` is called for what it took."""
    under_way: dict[Future[Result], Task] = {}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        broken = False
        try:
            while not broken:
                while len(under_way) < _FOR_EACH * jobs and (task := next(tasks, None)):
                    try:
                        under_way[_submitted(pool, task, criteria)] = task
                    except BrokenExecutor:
                        lose(task)
                        break
                if not under_way:
                    return
                done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    task = under_way.pop(future)
                    if isinstance(future.exception(), BrokenExecutor):
                        broken = True
                        lose(task)
                    else:
                        yield _outcome(future, task)
            for task in under_way.values():
                lose(task)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


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
