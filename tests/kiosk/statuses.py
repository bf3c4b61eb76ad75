"""Door statuses for tests: a good one, and what differs from it."""

from dataclasses import replace
from typing import Any

from drivers.model import CommandResult, DoorStatus

ENCLOSED = DoorStatus(
    observed_at_s=100.0,
    entry_closed=True,
    entry_open=False,
    exit_closed=True,
    exit_open=False,
    entry_moving=False,
    exit_moving=False,
    interlock_active=False,
    permit_live=False,
    fault_latched=False,
    emergency=False,
    heartbeat_lost=False,
    key_switch=False,
    on_battery=False,
    out_of_service=False,
    safety=1 << 6,
    barriers=0,
    barrier_stuck=False,
    sensor_healthy=True,
    persons=1,
    confidence=95,
    entry_permille=0,
    exit_permille=0,
    command_sequence=7,
    command_result=CommandResult.DONE,
    transaction=1,
    permit_ms=0,
    passages_in=3,
    passages_back=2,
    tailgates=0,
    fault=0,
    fault_second=0,
    uptime_s=1000,
    event_head=9,
    supply_mv=24000,
    temperature_dc=250,
    cycles=50,
)
"""One person between two locked doors, all well."""


def status(**changes: Any) -> DoorStatus:
    """The good status with `changes`."""
    return replace(ENCLOSED, **changes)
