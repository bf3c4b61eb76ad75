"""The Modbus driver against everything that is not a well-behaved door controller, and the framing of its simulator."""

import asyncio
import contextlib
import gc
import os
import pty
import threading
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ExceptionResponse
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    ReadWriteMultipleRegistersRequest,
    ReadWriteMultipleRegistersResponse,
    WriteMultipleRegistersRequest,
)

from drivers.doors_modbus import ModbusDoors, ModbusTransport
from drivers.errors import DeviceError, DeviceGarbled, DeviceTimeout, DeviceUnavailable
from drivers.model import DoorCommand, DoorOrder, Health
from drivers.protocols import Doors
from simulators import modbus_rtu
from simulators.door_plant import DoorPlant, IllegalAddress
from simulators.doors_wire import WireDoors
from simulators.line import Line
from simulators.modbus_rtu import BadFrame, Request
from simulators.world import World

word = st.integers(0, 0xFFFF)
words = st.lists(word, min_size=1, max_size=100)


class TestFraming:
    """The simulator's framing and pymodbus' were written apart: each reads what the other writes."""

    framer = FramerRTU(DecodePDU(False))

    @given(st.integers(1, 247), word, st.integers(1, 125), word, words)
    def test_reads_what_pymodbus_asks(self, device: int, at: int, count: int, to: int, values: list[int]) -> None:
        asked = ReadWriteMultipleRegistersRequest(
            read_address=at, read_count=count, write_address=to, write_registers=values, dev_id=device
        )
        assert modbus_rtu.parse(self.framer.buildFrame(asked)) == Request(device, 0x17, at, count, to, tuple(values))
        plain = ReadHoldingRegistersRequest(address=at, count=count, dev_id=device)
        assert modbus_rtu.parse(self.framer.buildFrame(plain)) == Request(device, 3, at, count)
        written = WriteMultipleRegistersRequest(address=to, registers=values, dev_id=device)
        assert modbus_rtu.parse(self.framer.buildFrame(written)) == Request(device, 16, 0, 0, to, tuple(values))

    @given(st.integers(1, 247), words)
    def test_pymodbus_reads_what_it_answers(self, device: int, values: list[int]) -> None:
        for function, kind in ((3, ReadHoldingRegistersResponse), (0x17, ReadWriteMultipleRegistersResponse)):
            frame = modbus_rtu.answer(Request(device, function), values)
            used, pdu = self.framer.handleFrame(frame, device, 0)
            assert used == len(frame)
            assert isinstance(pdu, kind)
            assert pdu.registers == values

    def test_pymodbus_reads_its_refusals(self) -> None:
        _, pdu = self.framer.handleFrame(modbus_rtu.refusal(Request(1, 3), 2), 1, 0)
        assert isinstance(pdu, ExceptionResponse)
        assert pdu.exception_code == 2

    @given(words, st.integers(0, 10_000), st.integers(0, 7))
    def test_takes_no_frame_with_a_flipped_bit(self, values: list[int], place: int, bit: int) -> None:
        asked = ReadWriteMultipleRegistersRequest(
            read_address=0, read_count=24, write_address=100, write_registers=values, dev_id=1
        )
        frame = bytearray(self.framer.buildFrame(asked))
        frame[place % len(frame)] ^= 1 << bit
        with contextlib.suppress(BadFrame):
            assert modbus_rtu.parse(bytes(frame)) is None

    @given(st.binary(max_size=300))
    def test_never_fails_otherwise_on_garbage(self, data: bytes) -> None:
        with contextlib.suppress(BadFrame):
            parsed = modbus_rtu.parse(data)
            assert parsed is None or modbus_rtu.checksum(data[:-2]) == int.from_bytes(data[-2:], "little")

    @given(st.integers(0, 40))
    def test_waits_for_the_rest(self, length: int) -> None:
        asked = ReadWriteMultipleRegistersRequest(
            read_address=0, read_count=24, write_address=100, write_registers=[0] * 10, dev_id=1
        )
        frame = self.framer.buildFrame(asked)
        if length < len(frame):
            assert modbus_rtu.parse(frame[:length]) is None

    def test_refuses_counts_that_do_not_agree(self) -> None:
        body = bytes((1, 0x17, 0, 0, 0, 24, 0, 100, 0, 2, 2, 0, 0))
        with pytest.raises(BadFrame):
            modbus_rtu.parse(body + modbus_rtu.checksum(body).to_bytes(2, "little"))


# --- the driver on a wire -----------------------------------------------------------------------------------


def on_wire(work: Callable[[ModbusDoors, WireDoors], Awaitable[None]], plant: DoorPlant | None = None) -> None:
    async def run() -> None:
        controller = WireDoors(plant or DoorPlant(World()))
        doors = ModbusDoors(controller.port, parity="N")
        assigned: Doors = doors
        await controller.open()
        try:
            await work(doors, controller)
        finally:
            await assigned.close()
            await controller.close()

    asyncio.run(run())


class OldMap(DoorPlant):
    def exchange(self, command: Sequence[int] | None, read_from: int, read_count: int, now_s: float) -> list[int]:
        registers = super().exchange(command, read_from, read_count, now_s)
        return [2, *registers[1:]] if read_from == 300 else registers


class NoMap(DoorPlant):
    def exchange(self, command: Sequence[int] | None, read_from: int, read_count: int, now_s: float) -> list[int]:
        raise IllegalAddress("a thermometer")


class Forgetful(DoorPlant):
    """Echoes a heartbeat that was not written: its answers belong to an earlier question."""

    def exchange(self, command: Sequence[int] | None, read_from: int, read_count: int, now_s: float) -> list[int]:
        registers = super().exchange(command, read_from, read_count, now_s)
        if command is not None:
            registers[6] ^= 1
        return registers


class Inventive(DoorPlant):
    """Gives a command result that the map does not have."""

    def exchange(self, command: Sequence[int] | None, read_from: int, read_count: int, now_s: float) -> list[int]:
        registers = super().exchange(command, read_from, read_count, now_s)
        if command is not None:
            registers[8] = 99
        return registers


@pytest.mark.wire
class TestDriver:
    @pytest.mark.parametrize(
        ("plant", "sentence"),
        [
            (OldMap, "register map is version 2, not 1"),
            (NoMap, "is this a door controller"),
            (Forgetful, "answered an earlier question"),
            (Inventive, "a result that the register map does not have"),
        ],
    )
    def test_refuses_what_is_no_door_controller(self, plant: type[DoorPlant], sentence: str) -> None:
        async def work(doors: ModbusDoors, _controller: WireDoors) -> None:
            with pytest.raises(DeviceGarbled, match=sentence):
                await doors.open()

        on_wire(work, plant(World()))

    def test_names_a_port_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(DeviceUnavailable, match=r"there is no serial port .*/none"):
            asyncio.run(ModbusDoors(str(tmp_path / "none")).open())

    def test_names_a_port_that_is_no_serial_port(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(DeviceUnavailable, match="refuses its settings"):
            asyncio.run(ModbusDoors(str(tmp_path / "file")).open())

    def test_names_a_parity_that_the_port_refuses(self) -> None:
        line = Line()
        try:
            with pytest.raises(DeviceUnavailable, match="check the parity"):
                asyncio.run(ModbusDoors(line.a, parity="E").open())
        finally:
            line.close()

    def test_takes_its_port_for_itself(self) -> None:
        async def work(doors: ModbusDoors, controller: WireDoors) -> None:
            await doors.open()
            with pytest.raises(DeviceUnavailable, match="is taken"):
                await ModbusDoors(controller.port, parity="N").open()
            with pytest.raises(serial.SerialException):
                serial.Serial(controller.port, exclusive=True)

        on_wire(work)

    def test_times_out_where_nobody_answers(self) -> None:
        master, slave = pty.openpty()
        try:
            with pytest.raises(DeviceTimeout, match="no valid answer"):
                asyncio.run(ModbusDoors(os.ttyname(slave), parity="N").open())
        finally:
            os.close(master)
            os.close(slave)

    def test_does_not_answer_before_it_is_open_and_after_it_is_closed(self) -> None:
        async def work(doors: ModbusDoors, _controller: WireDoors) -> None:
            with pytest.raises(DeviceUnavailable, match="not open"):
                await doors.status()
            assert await doors.health() is Health.FAILED
            await doors.open()
            await doors.open()
            await doors.close()
            await doors.close()
            with pytest.raises(DeviceUnavailable):
                await doors.command(DoorOrder(DoorCommand.LAMP_TEST, 0))
            with pytest.raises(DeviceError):
                await doors.events()

        on_wire(work)

    def test_knows_whom_it_talks_to(self) -> None:
        async def work(doors: ModbusDoors, _controller: WireDoors) -> None:
            await doors.open()
            assert (await doors.identity()).serial == "SIMULATED"

        on_wire(work)

    @pytest.mark.slow
    def test_leaves_nothing_behind(self) -> None:
        def held() -> int:
            return len(list(Path("/proc/self/fd").iterdir()))

        async def work(doors: ModbusDoors, _controller: WireDoors) -> None:
            await doors.open()
            await doors.status()

        on_wire(work)
        gc.collect()  # what earlier tests have left is no matter of this one
        before, threads = held(), threading.active_count()
        for _ in range(3):
            on_wire(work)
        assert held() <= before
        assert threading.active_count() <= threads

    def test_another_device_on_the_line_is_not_heard(self) -> None:
        async def run() -> None:
            controller = WireDoors(DoorPlant(World()), device_id=2)
            await controller.open()
            try:
                with pytest.raises(DeviceTimeout):
                    await ModbusDoors(controller.port, parity="N", device_id=1).open()
            finally:
                await controller.close()

        asyncio.run(run())


@pytest.mark.wire
@pytest.mark.parametrize("delay_s", [0.0, 0.001, 0.005])
def test_a_cancellation_goes_through_even_when_it_meets_the_answer(
    delay_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.11's wait_for gives the answer and forgets the cancellation; here it is made to do so every time."""

    async def swallowing(future: asyncio.Future[object], timeout: float) -> object:
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            raise TimeoutError from None

    async def use() -> None:
        with contextlib.closing(Line()) as line:  # nobody answers
            transport = ModbusTransport(line.a, parity="N")
            await transport.connect()
            monkeypatch.setattr("asyncio.wait_for", swallowing)
            asking = asyncio.create_task(transport.exchange((), 0, 24))
            await asyncio.sleep(delay_s)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            transport.disconnect()

    asyncio.run(use())
