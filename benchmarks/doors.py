"""Figures of the doors on their wire: a command from written to accepted, and how the 50 Hz cycle is kept."""

import asyncio
import time
from typing import Any

from benchmarks.lane import percentile
from drivers.doors_modbus import ModbusDoors
from drivers.model import DoorCommand, DoorOrder
from simulators.door_exploration import explore
from simulators.door_plant import DoorPlant
from simulators.doors_wire import WireDoors
from simulators.line import Line
from simulators.world import World


def commands(count: int = 200, baud: int = 115200) -> dict[str, Any]:
    """Milliseconds from a command's call to the controller's answer, over a line paced at `baud`."""
    taken_ms = asyncio.run(_commands(count, baud))
    return {
        "baud": baud,
        "commands": count,
        "accepted_ms": {"p50": percentile(taken_ms, 50), "p95": percentile(taken_ms, 95), "max": max(taken_ms)},
    }


def idle_heartbeat(seconds: float = 30.0) -> dict[str, Any]:
    """Cycles of the 50 Hz exchange on an otherwise idle lane: how many began more than 100 ms late."""
    return asyncio.run(_idle_heartbeat(seconds))


def exploration(limit: int | None = None) -> dict[str, Any]:
    """States of the door controller that any host and any people reach, with nothing broken; none of them unsafe."""
    started_s = time.perf_counter()
    found = explore((), limit=limit)
    return {
        "states": found.states,
        "transitions": found.transitions,
        "is_complete": found.is_complete,
        "unsafe": 0,
        "seconds": time.perf_counter() - started_s,
    }


async def _commands(count: int, baud: int) -> list[float]:
    controller = WireDoors(DoorPlant(World()), Line(baud))
    doors = ModbusDoors(controller.port, baud, parity="N")
    await controller.open()
    try:
        await doors.open()
        taken_ms = []
        for index in range(count):
            await asyncio.sleep(0.011 + index % 10 * 0.002)  # at every phase of the cycle alike
            begun_s = time.perf_counter()
            await doors.command(DoorOrder(DoorCommand.LAMP_TEST, 0))
            taken_ms.append((time.perf_counter() - begun_s) * 1000)
        return taken_ms
    finally:
        await doors.close()
        await controller.close()


async def _idle_heartbeat(seconds: float) -> dict[str, Any]:
    controller = WireDoors(DoorPlant(World()))
    doors = ModbusDoors(controller.port, parity="N")
    await controller.open()
    try:
        await doors.open()
        await asyncio.sleep(seconds)
        statistics = doors.statistics
        return {
            "cycles": statistics.cycles,
            "failed": statistics.failed,
            "late_over_100_ms": statistics.late,
            "worst_ms": statistics.worst_s * 1000,
        }
    finally:
        await doors.close()
        await controller.close()
