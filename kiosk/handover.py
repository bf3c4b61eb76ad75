"""How image work is handed from the lane to its worker process: pictures through shared memory, the rest down a pipe.

A frame is copied once, into anonymous memory that both processes see (memfd: it has no name, and is gone with the last
of them); the worker looks at it where it lies. One question is under way at a time, so the next one may overwrite it:
nothing that the worker keeps or answers may be a view of it. Answers are small and go through the pipe.
"""

import mmap
import os
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import DupFd
from typing import Any

PROTOCOL = 5
ALIGNED = 64
"""Bytes: where each picture begins."""

Question = tuple[str, tuple[Any, ...]]
"""Operation and arguments."""
Place = tuple[int, int]
"""Begin and end in the shared memory."""


class Asking:
    """The lane's end. Raises OSError when the worker is gone."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._descriptor = os.memfd_create("egate-frames", os.MFD_CLOEXEC)
        self._memory: mmap.mmap | None = None

    @property
    def memory(self) -> "Memory":
        return Memory(self._descriptor)

    def ask(self, question: Question) -> None:
        pictures: list[pickle.PickleBuffer] = []
        head = pickle.dumps(question, PROTOCOL, buffer_callback=pictures.append)
        contents = [picture.raw() for picture in pictures]
        places = _laid_out([len(content) for content in contents])
        memory = self._room(places[-1][1] if places else 0)
        for (begin, end), content in zip(places, contents, strict=True):
            memory[begin:end] = content
        self._pipe.send((head, places))

    def answer(self) -> Any:
        """Raises EOFError or OSError when the worker is gone."""
        return self._pipe.recv()

    def poll(self, seconds: float) -> bool:
        return self._pipe.poll(seconds)

    def close(self) -> None:
        """The memory goes with the last look into it: of a question that broke off, one may be left."""
        self._pipe.close()
        self._memory = None
        os.close(self._descriptor)

    def _room(self, needed: int) -> memoryview:
        """At least so many bytes of the shared memory; it only ever grows."""
        if self._memory is None or len(self._memory) < needed:
            os.ftruncate(self._descriptor, max(needed, mmap.PAGESIZE))
            self._memory = mmap.mmap(self._descriptor, 0)
        return memoryview(self._memory)


class Answering:
    """The worker's end. Raises EOFError or OSError when the lane is gone."""

    def __init__(self, pipe: Connection, memory: "Memory") -> None:
        self._pipe, self._descriptor = pipe, memory.descriptor
        self._memory: mmap.mmap | None = None

    def next(self) -> Question:
        """Its pictures lie in the shared memory: valid until the answer is given."""
        head, places = self._pipe.recv()
        memory = self._seen(places[-1][1]) if places else memoryview(b"")
        question: Question = pickle.loads(head, buffers=[memory[begin:end] for begin, end in places])  # noqa: S301  (from our own lane)
        return question

    def answer(self, answer: Any) -> None:
        self._pipe.send(answer)

    def _seen(self, needed: int) -> memoryview:
        if self._memory is None or len(self._memory) < needed:
            self._memory = mmap.mmap(self._descriptor, 0)  # one that is too small goes with its last view
        return memoryview(self._memory)


@dataclass(frozen=True, slots=True)
class Memory:
    """The shared memory by its descriptor; among the arguments of a process that is started, it is passed on to it."""

    descriptor: int

    def __reduce__(self) -> tuple[Callable[[Any], "Memory"], tuple[Any]]:
        return _received, (DupFd(self.descriptor),)


def _received(passed_on: Any) -> Memory:
    return Memory(passed_on.detach())


def _laid_out(lengths: Sequence[int]) -> list[Place]:
    places, at = [], 0
    for length in lengths:
        places.append((at, at + length))
        at = -(-(at + length) // ALIGNED) * ALIGNED
    return places
