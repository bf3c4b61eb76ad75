"""Doors behind the register map, whatever carries the registers: a serial line, or a simulator in this process.

One task keeps the heartbeat: each cycle writes the command block and reads the status in one exchange. A command rides
on that cycle until the controller has acknowledged its sequence, then it is taken back, so that a controller that
restarts never finds an old command waiting for it.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from drivers import door_registers as registers
from drivers.door_registers import Identity
from drivers.errors import DeviceError, DeviceGarbled, DeviceTimeout, DeviceUnavailable
from drivers.model import CommandResult, DoorEvent, DoorOrder, DoorStatus, Health

T = TypeVar("T")

LATE_S = 0.1
RECONNECT_S = 0.25
ATTEMPTS = 3
"""A read alone is tried so often; the cycle is its own repetition."""


class RegisterTransport(Protocol):
    """Carries registers. Every operation raises DeviceError and nothing else."""

    async def connect(self) -> None:
        """Open the way to the controller. Raises DeviceUnavailable."""

    async def exchange(self, values: Sequence[int], read_from: int, read_count: int) -> list[int]:
        """Write the command block 100..109 (nothing when empty), then read exactly `read_count` registers."""

    def disconnect(self) -> None:
        """Let go of the port; may be called twice."""


@dataclass(slots=True)
class CycleStatistics:
    """How well the heartbeat was kept."""

    cycles: int = 0
    failed: int = 0
    stale: int = 0
    """Answers that belonged to an earlier question, and were not believed."""
    late: int = 0
    """Cycles begun more than 100 ms after they were due."""
    worst_s: float = 0.0
    """Furthest that a cycle began after it was due."""


class RegisterDoors:
    """Satisfies drivers.protocols.Doors over any RegisterTransport.

    `cycle_hz` is the rate of the heartbeat; the controller expects one within 500 ms. A status older than `stale_s`
    is not given out. `answer_s` is how long a command may stay unacknowledged.
    """

    def __init__(
        self, transport: RegisterTransport, cycle_hz: float = 50.0, stale_s: float = 0.3, answer_s: float = 0.5
    ) -> None:
        self.name = "doors"
        self.statistics = CycleStatistics()
        self._transport = transport
        self._period_s = 1.0 / cycle_hz
        self._stale_s = stale_s
        self._answer_s = answer_s
        self._heartbeat = 0
        self._sequence = 0
        self._order: DoorOrder | None = None
        self._registers: list[int] = []
        self._observed_at_s = float("-inf")
        self._failure: DeviceError | None = None
        self._identity: Identity | None = None
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()
        self._line = asyncio.Lock()
        self._commanding = asyncio.Lock()

    async def open(self) -> None:
        """Connect, make sure that the controller has this register map, and begin the heartbeat."""
        if self._task is not None:
            return
        await self._connect()
        await _patiently(self._cycle)
        self._sequence = self._registers[registers.COMMAND_SEQUENCE_ACK]
        self._task = asyncio.create_task(self._keep_heartbeat(), name="doors heartbeat")

    async def close(self) -> None:
        """Stop the heartbeat; the controller then makes the doors safe by itself."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._transport.disconnect()

    async def health(self) -> Health:
        try:
            status = await self.status()
        except DeviceError:
            return Health.FAILED
        degraded = status.fault_latched or status.emergency or status.on_battery or status.out_of_service
        return Health.DEGRADED if degraded or not status.sensor_healthy else Health.READY

    async def command(self, order: DoorOrder) -> CommandResult:
        """ACCEPTED, or why it was refused. A command that is not acknowledged is taken back and raises DeviceTimeout:
        the controller may have obeyed it all the same, which its status tells.
        """
        async with self._commanding:
            await self.status()
            self._sequence = self._next_sequence()
            self._order = order
            try:
                async with asyncio.timeout(self._answer_s):
                    result = await self._acknowledged(self._sequence)
            except TimeoutError:
                raise self._failure or DeviceTimeout(
                    self.name, "the controller did not acknowledge a command in time; look at the doors and try again."
                ) from None
            finally:
                self._order = None
        return CommandResult.ACCEPTED if result is CommandResult.DONE else result

    async def status(self) -> DoorStatus:
        if self._task is None:
            raise DeviceUnavailable(self.name, "it is not open; open it first.")
        if asyncio.get_running_loop().time() - self._observed_at_s > self._stale_s:
            raise self._failure or DeviceTimeout(
                self.name, "no status in time; check the controller's power and its line."
            )
        return registers.decode_status(self._registers, self._observed_at_s)

    async def events(self) -> tuple[DoorEvent, ...]:
        return registers.decode_events(await self._read(registers.EVENTS, registers.EVENTS_COUNT))

    async def identity(self) -> Identity:
        """Which controller this is. Raises DeviceGarbled when its register map is of another version."""
        block = await self._read(registers.IDENTITY, registers.IDENTITY_COUNT)
        version = block[0]
        if version != registers.MAP_VERSION:
            raise DeviceGarbled(
                self.name, f"its register map is version {version}, not {registers.MAP_VERSION}; update its firmware."
            )
        try:
            return registers.decode_identity(block)
        except UnicodeDecodeError:
            raise DeviceGarbled(self.name, "its serial number is no text; is this a door controller?") from None

    def _next_sequence(self) -> int:
        """One further than any sequence ever sent, so that a late one is never taken for it; after a restart of the
        controller, where that would look old, one further than what it has seen.
        """
        seen = self._registers[registers.COMMAND_SEQUENCE_ACK]
        following = self._sequence + 1 & 0xFFFF
        return following if 0 < (following - seen & 0xFFFF) < 0x8000 else seen + 1 & 0xFFFF

    async def _acknowledged(self, sequence: int) -> CommandResult:
        async with self._news:
            await self._news.wait_for(
                lambda: self._failure is None and self._registers[registers.COMMAND_SEQUENCE_ACK] == sequence
            )
            return CommandResult(self._registers[registers.COMMAND_RESULT])

    async def _connect(self) -> None:
        await self._transport.connect()
        try:
            self._identity = await self.identity()
        except DeviceError:
            self._transport.disconnect()
            raise

    async def _read(self, read_from: int, read_count: int) -> list[int]:
        async def once() -> list[int]:
            async with self._line:
                return await self._transport.exchange((), read_from, read_count)

        return await _patiently(once)

    async def _keep_heartbeat(self) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time() + self._period_s
        while True:
            await asyncio.sleep(max(0.0, due_s - loop.time()))
            late_s = loop.time() - due_s
            self.statistics.worst_s = max(self.statistics.worst_s, late_s)
            self.statistics.late += late_s > LATE_S
            due_s = max(due_s, loop.time() - self._period_s) + self._period_s
            try:
                await self._cycle()
            except DeviceError as failure:
                self.statistics.failed += 1
                self._failure = failure
                if isinstance(failure, DeviceUnavailable):
                    await self._reconnect()
                    due_s = loop.time()

    async def _cycle(self) -> None:
        """One exchange. Its answer counts only when it echoes the heartbeat that was just written."""
        self._heartbeat = self._heartbeat % registers.HEARTBEAT_MAX + 1
        command = registers.encode_command(self._order, self._heartbeat, self._sequence)
        async with self._line:
            answer = await self._transport.exchange(command, registers.STATUS, registers.STATUS_COUNT)
        self.statistics.cycles += 1
        if answer[registers.HEARTBEAT_ECHO] != self._heartbeat:
            self.statistics.stale += 1
            raise DeviceGarbled(self.name, "it answered an earlier question; check the line for delays and echoes.")
        if answer[registers.COMMAND_RESULT] > max(CommandResult):
            raise DeviceGarbled(self.name, "it gave a result that the register map does not have; check its firmware.")
        async with self._news:
            self._registers, self._failure = answer, None
            self._observed_at_s = asyncio.get_running_loop().time()
            self._news.notify_all()

    async def _reconnect(self) -> None:
        """Until it is there again. Meanwhile `status` tells what is wrong."""
        self._transport.disconnect()
        while True:
            await asyncio.sleep(RECONNECT_S)
            try:
                return await self._connect()
            except DeviceError as failure:
                self._failure = failure


async def _patiently(read: Callable[[], Awaitable[T]]) -> T:
    """Ask again when an answer is lost or broken on the line, as now and then one is."""
    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(DeviceTimeout, DeviceGarbled):
            return await read()
    return await read()
