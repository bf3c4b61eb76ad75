"""Image work in a process of its own, so that neither a stall nor a crash of it reaches the doors' heartbeat.

One question at a time goes over and one answer comes back (kiosk/handover.py). When the worker dies, the crossing that
waits for it gets ImageWorkLost, and a new worker is started for the next question. It ends when the lane does.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from drivers.errors import DeviceUnavailable
from kiosk.handover import Answering, Asking, Memory
from kiosk.lean_memory import IMAGE_WORK, give_pictures_back
from kiosk.measure import ImageWorkLost, Measure, Measurer

NAME = "image worker"
START_S = 60.0
END_S = 1.0


class Worker:
    """Made with a function that makes the work (picklable: a module's own function, or functools.partial of one)."""

    def __init__(self, make: Callable[[], Measurer]) -> None:
        self._make = make
        self._line = ThreadPoolExecutor(1, thread_name_prefix="worker-line")
        self._process: SpawnProcess | None = None
        self._asking: Asking | None = None
        self.starts = 0

    @property
    def measure(self) -> Measure:
        return Measure(self._ask)

    def kill(self) -> None:
        """As the kernel would, out of memory: for tests and drills."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def open(self) -> None:
        """Return when the worker has loaded its models. Raises what made them unusable."""
        await self._in_line(self._start)

    async def close(self) -> None:
        """End the worker, also in the middle of its work."""
        if self._process is not None:
            self._process.terminate()
        await asyncio.to_thread(self._line.shutdown, wait=True, cancel_futures=True)
        self._end()

    async def _ask(self, operation: str, *arguments: Any) -> Any:
        return await self._in_line(self._exchange, operation, arguments)

    async def _in_line(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._line, work, *arguments)

    # --- in the line's thread ------------------------------------------------------------------------------

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._asking = Asking(ours)
        self._process = context.Process(
            target=_serve, args=(theirs, self._asking.memory, self._make), name=NAME, daemon=True
        )
        self._process.start()
        theirs.close()
        self.starts += 1
        if not self._asking.poll(START_S):
            self._end()
            raise DeviceUnavailable(
                NAME, f"it did not load its models within {START_S:g} s: look at the machine's load"
            )
        self._receive()

    def _exchange(self, operation: str, arguments: tuple[Any, ...]) -> Any:
        if self._process is not None and not self._process.is_alive():
            raise self._gone()  # it died between two questions, and that is told too
        if self._process is None:
            self._start()
        assert self._asking is not None  # noqa: S101  (_start made it)
        try:
            self._asking.ask((operation, arguments))
        except OSError:
            raise self._gone() from None
        return self._receive()

    def _receive(self) -> Any:
        assert self._asking is not None  # noqa: S101  (only asked after _start)
        try:
            succeeded, answer = self._asking.answer()
        except (EOFError, OSError):
            raise self._gone() from None
        if not succeeded:
            raise answer
        return answer

    def _gone(self) -> ImageWorkLost:
        self._end()
        return ImageWorkLost(NAME, "it ended of itself and is started again for the next question")

    def _end(self) -> None:
        process, asking, self._process, self._asking = self._process, self._asking, None, None
        if asking is not None:
            asking.close()
        if process is not None:
            process.terminate()
            process.join(END_S)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()


def _serve(pipe: Connection, memory: Memory, make: Callable[[], Measurer]) -> None:
    """The worker's own loop; Ctrl-C is for the lane, which ends the worker by closing the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_pictures_back(IMAGE_WORK)
    with contextlib.suppress(EOFError, OSError):
        try:
            work = make()
        except Exception as refused:  # every refusal is told to the lane, which raises it
            pipe.send((False, refused))
            return
        pipe.send((True, None))
        lane = Answering(pipe, memory)
        while True:
            operation, arguments = lane.next()
            try:
                answer = (True, getattr(work, operation)(*arguments))
            except Exception as failure:  # the lane raises it: a fault of ours, or an image refused
                answer = (False, failure)
            lane.answer(answer)
            del operation, arguments, answer  # nothing is kept of a picture that the next one overwrites
