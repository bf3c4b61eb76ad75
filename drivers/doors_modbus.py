"""Doors over Modbus RTU on a serial port: the register client of doors_registers.py on pymodbus."""

import asyncio
import logging
import os
import termios
from collections.abc import Sequence
from pathlib import Path

from pymodbus import ModbusException
from pymodbus.client import AsyncModbusSerialClient

from drivers import door_registers as registers
from drivers.doors_registers import RegisterDoors
from drivers.errors import DeviceGarbled, DeviceTimeout, DeviceUnavailable

# Every failure is raised as a DeviceError here; pymodbus would log it as well, fifty times a second.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)

READ_HOLDING, READ_WRITE = 0x03, 0x17
LONGEST_EXCHANGE_BYTES = 200
SCAN_S = 0.06
"""What a controller may take to answer, beside the line's own time."""


class ModbusTransport:
    """One controller at one serial port, opened exclusively.

    `parity` is N, E or O: Modbus' own default is E, a pty knows only N. `device_id` is 1..247.
    """

    def __init__(self, port: str, baud: int = 115200, parity: str = "E", device_id: int = 1) -> None:
        self._port = port
        self._baud = baud
        self._parity = parity
        self._device_id = device_id
        self._client: AsyncModbusSerialClient | None = None

    async def connect(self) -> None:
        client = AsyncModbusSerialClient(
            self._port,
            baudrate=self._baud,
            parity=self._parity,
            timeout=SCAN_S + LONGEST_EXCHANGE_BYTES * 11 / self._baud,
            retries=0,
            reconnect_delay=0,
        )
        try:
            is_open = await client.connect()
        except termios.error:  # no OSError, and pymodbus lets it through: the port refuses baud or parity
            is_open = False
        if not is_open:
            raise DeviceUnavailable("doors", _why_not(self._port))
        self._client = client

    async def exchange(self, values: Sequence[int], read_from: int, read_count: int) -> list[int]:
        client = self._client
        if client is None or not client.connected:
            raise DeviceUnavailable("doors", f"the serial port {self._port} is gone; plug the cable in again.")
        try:
            if values:
                answer = await client.readwrite_registers(
                    read_address=read_from,
                    read_count=read_count,
                    write_address=registers.COMMAND,
                    values=values,
                    device_id=self._device_id,
                )
            else:
                answer = await client.read_holding_registers(read_from, count=read_count, device_id=self._device_id)
        except (ModbusException, OSError) as failure:
            raise self._failed(client) from failure
        finally:
            _require_not_cancelled()
        if answer.isError():
            raise DeviceGarbled("doors", f"it refuses registers from {read_from}; is this a door controller?")
        function = READ_WRITE if values else READ_HOLDING
        if answer.function_code != function or len(answer.registers) != read_count:
            raise DeviceGarbled("doors", "it answered another question; check the line for echoes and delays.")
        return list(answer.registers)

    def disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _failed(self, client: AsyncModbusSerialClient) -> DeviceTimeout | DeviceUnavailable:
        if not client.connected:
            return DeviceUnavailable("doors", f"the serial port {self._port} is gone; plug the cable in again.")
        return DeviceTimeout(
            "doors", f"no valid answer at {self._port}; check the controller's power, its line, baud and parity."
        )


class ModbusDoors(RegisterDoors):
    """Satisfies drivers.protocols.Doors on a serial port."""

    def __init__(
        self, port: str, baud: int = 115200, parity: str = "E", device_id: int = 1, cycle_hz: float = 50.0
    ) -> None:
        super().__init__(ModbusTransport(port, baud, parity, device_id), cycle_hz)


def _require_not_cancelled() -> None:
    """Under pymodbus, `asyncio.wait_for` of Python 3.11 swallows a cancellation that meets the answer: then a heartbeat
    would beat on and its close wait for ever. Raises CancelledError, then and ever after.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _why_not(port: str) -> str:
    if not Path(port).exists():
        return f"there is no serial port {port}; plug the controller in or correct the port."
    if not os.access(port, os.R_OK | os.W_OK):
        return f"the serial port {port} may not be opened by this user; give the user access to it."
    return f"the serial port {port} is taken or refuses its settings; end the other program or check the parity."
