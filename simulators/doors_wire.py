"""The door controller on its wire: a Modbus RTU server on one end of a simulated serial line."""

import asyncio
import contextlib
import os
import tty

from drivers import door_registers as registers
from simulators import modbus_rtu
from simulators.door_plant import DoorPlant, IllegalAddress
from simulators.line import Line
from simulators.modbus_rtu import BadFrame, Request

SCAN_S = 0.02
"""The controller's own cycle, host or no host."""
SILENCE_S = 0.05
"""A frame that is not complete by then is forgotten."""


class WireDoors:
    """Serves a plant on `line.b`; the driver opens `port` (8N1: a pty knows no parity, the line paces 11 bits)."""

    def __init__(self, plant: DoorPlant, line: Line | None = None, device_id: int = 1) -> None:
        self.plant = plant
        self.line = line or Line()
        self._device_id = device_id
        self.old_answers = False
        """It answers the question before."""
        self.other_id = False
        """It has another device id, and so does not feel addressed."""
        self._answer = b""
        self._received = b""
        self._received_at_s = 0.0
        self._descriptor: int | None = None
        self._scanning: asyncio.Task[None] | None = None

    @property
    def port(self) -> str:
        return self.line.a

    async def open(self) -> None:
        self._attach()
        self._scanning = asyncio.create_task(self._scan(), name="door controller")

    async def close(self) -> None:
        """End the server and its line; may be called twice."""
        task, self._scanning = self._scanning, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._detach()
        self.line.close()

    async def _scan(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self.plant.tick(loop.time())
            if self._descriptor is None:
                self._attach()
            await asyncio.sleep(SCAN_S)

    def _attach(self) -> None:
        """Open our end of the line, if it is plugged in."""
        try:
            self._descriptor = os.open(self.line.b, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except FileNotFoundError:
            return
        tty.setraw(self._descriptor)
        asyncio.get_running_loop().add_reader(self._descriptor, self._receive)

    def _detach(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            asyncio.get_running_loop().remove_reader(descriptor)
            os.close(descriptor)

    def _receive(self) -> None:
        assert self._descriptor is not None  # noqa: S101  (the reader is removed before the descriptor goes)
        try:
            data = os.read(self._descriptor, 4096)
        except OSError:
            data = b""
        if not data:
            self._detach()
            return
        now_s = asyncio.get_running_loop().time()
        if now_s - self._received_at_s > SILENCE_S:
            self._received = b""
        self._received, self._received_at_s = self._received + data, now_s
        self._serve(now_s)

    def _serve(self, now_s: float) -> None:
        try:
            request = modbus_rtu.parse(self._received)
        except BadFrame:
            self._received = b""
            return
        if request is None:
            return
        self._received = b""
        if request.device_id == self._device_id and not self.other_id:
            before, self._answer = self._answer, self._answered(request, now_s)
            self._send(before if self.old_answers and len(before) == len(self._answer) else self._answer)

    def _answered(self, request: Request, now_s: float) -> bytes:
        if request.values and request.write_to != registers.COMMAND:
            return modbus_rtu.refusal(request, modbus_rtu.ILLEGAL_ADDRESS)
        try:
            values = request.values or None
            read = self.plant.exchange(values, request.read_from, request.read_count, now_s)
        except IllegalAddress:
            return modbus_rtu.refusal(request, modbus_rtu.ILLEGAL_ADDRESS)
        return modbus_rtu.answer(request, read)

    def _send(self, frame: bytes) -> None:
        if self._descriptor is not None:
            with contextlib.suppress(OSError):  # unplugged in this very moment: the reader will notice
                os.write(self._descriptor, frame)
