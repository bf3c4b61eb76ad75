"""Seeded work that comes out the same on any number of cores, shared among all that this computer has."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(work: Callable[[Item], Result], items: Sequence[Item], jobs: int | None = None) -> Iterator[Result]:
    """The results in the order of the items. `work` is a function of a module; what it raises is raised here.

    Not for what is measured in seconds of this computer: the jobs are in one another's way.
    """
    jobs = min(len(items), jobs or len(os.sched_getaffinity(0)))
    if jobs < 2:
        yield from map(work, items)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(work, items)
