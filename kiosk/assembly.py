"""From a site file to a lane that is ready to serve. Nothing here decides anything about a traveller."""

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

from config.schema import Site
from drivers.around import Around, CallEnded, around_each_call, deadline
from drivers.around import journal as listen
from drivers.officer_console import console_of
from drivers.protocols import Clock, Device
from kiosk.calendar import Calendar
from kiosk.concurrent import alongside
from kiosk.guard import GuardedDoors
from kiosk.kinds import KINDS, Surroundings
from kiosk.lane import Lane
from kiosk.maintenance import BELIEVED
from kiosk.measure import Measure
from kiosk.notices import Notices, Pace
from kiosk.offload import Offload
from kiosk.policy import VERSION as POLICY_VERSION
from kiosk.reporter import Reporter
from kiosk.service import LaneService
from kiosk.watched import Seen, WatchedDisplay, WatchedMeasure
from records.journal import Journal

DEADLINES_S: dict[str, dict[str, float]] = {
    "reader": {"health": 1.0},
    "camera": {"next_frame": 2.0, "health": 1.0},
    "doors": {"command": 1.0, "status": 0.5, "events": 1.0, "health": 1.0},
    "display": {"show": 1.0, "speak": 1.0, "count_down": 1.0, "health": 1.0},
    "panel": {"light": 1.0, "health": 1.0},
    "officer": {"present": 1.0, "tell": 1.0},
    "register": {},
}
"""Beside each step's own limit: how long one call of a device may take. A scan's is the site's `read_document_s`."""
OPEN_S = 10.0
ASKED = frozenset({"look_up", "screen", "reported_lost", "begin_use"})
"""Questions to the register that a traveller waits for."""
QUIET = frozenset({"done", "cancelled"})


@dataclass(slots=True)
class Calls:
    """How often each operation of each device was called and how it ended; failures go to the journal besides."""

    journal: Journal = field(repr=False)
    service: LaneService | None = field(default=None, repr=False)
    ended: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def note(self, call: CallEnded) -> None:
        self.ended[call.device, call.operation, call.outcome] += 1
        if self.service is not None and call.device == "register" and call.operation in ASKED:
            lane = self.service.lane
            lane.notices.register.heard(lane.clock.monotonic(), call.took_s)
        if call.outcome not in QUIET and self.service is not None:
            self.journal.append(
                "device_call",
                self.service.lane.doors.transaction,
                self.service.lane.clock.monotonic(),
                {"device": call.device, "operation": call.operation, "outcome": call.outcome},
            )


@dataclass(frozen=True, slots=True)
class Assembled:
    service: LaneService
    calls: Calls
    devices: Sequence[Device]
    raw: dict[str, Device]
    """The bare devices by name, without what is around them; for statistics and tests."""


@asynccontextmanager
async def assembled(
    site: Site,
    around: Surroundings,
    measure: Measure,
    commit: Offload,
    journal: Journal,
    register: Device,
    faults: Around | None = None,
) -> AsyncIterator[Assembled]:
    """Open every device of the site, hand out the lane, and close them all whatever happens."""
    calls = Calls(journal)
    raw: dict[str, Device] = {}
    around = replace(around, lane=site.lane, made=raw, direction=site.direction, is_simulated=not site.production)
    for name in ("reader", "camera", "doors", "display", "panel", "officer"):
        raw[name] = KINDS[name, getattr(site, name).kind].make(getattr(site, name), around)
    raw["register"] = register
    wrapped = {name: _wrap(name, device, site, calls, faults) for name, device in raw.items()}
    seen = Seen()
    reported = console_of(raw["officer"])
    if reported:
        measure = WatchedMeasure(measure, seen)
        display = WatchedDisplay(wrapped["display"], around.clock, seen)  # type: ignore[arg-type]  # by its kind
        wrapped["display"] = display
    async with AsyncExitStack() as stack:
        for device in raw.values():
            stack.push_async_callback(device.close)
        for device in wrapped.values():
            await device.open()
        lane = Lane(
            name=site.lane,
            direction=site.direction,
            doors=GuardedDoors(wrapped.pop("doors"), journal.reader, around.clock),  # type: ignore[arg-type]  # by its kind
            clock=around.clock,
            calendar=calendar_of(journal, around.clock),
            notices=Notices(Pace(site.limits.register_slow_s)),
            measure=measure,
            commit=commit,
            policy=site.policy,
            limits=site.limits,
            versions=versions_of(site),
            frame_age_s=site.camera.max_age_s,
            **wrapped,  # type: ignore[arg-type]  # each by its kind
        )
        calls.service = LaneService(lane, journal)
        if reported:
            reporter = Reporter(calls.service, reported, seen, display, raw, raw["camera"])  # type: ignore[arg-type]  # by its kind
            calls.service.observers.append(reporter)
            await stack.enter_async_context(alongside(reporter.run()))
        journal.append("started", "", around.clock.monotonic(), _about(site, around.clock.now()))
        if not lane.calendar.fault():
            journal.append(BELIEVED, "", around.clock.monotonic(), {"at": around.clock.now().isoformat()})
        yield Assembled(calls.service, calls, tuple(raw.values()), raw)


def calendar_of(journal: Journal, clock: Clock) -> Calendar:
    """Nothing is believed that lies before what the lane has believed already."""
    last = journal.reader.latest(BELIEVED)
    return Calendar(clock, datetime.fromisoformat(str(last.fact("at")))) if last else Calendar(clock)


def _about(site: Site, at: datetime) -> dict[str, str]:
    """What the records after it rest on: program, rules, and every setting of the site; and the time of day."""
    return {
        "at": at.isoformat(),
        "software": version("egate"),
        "site": site.version,
        "direction": site.direction,
        **versions_of(site),
    }


def versions_of(site: Site) -> dict[str, str]:
    """Of the rules, the threshold table and all settings: each with enough of its digest to know it again."""
    from biometrics.calibration import Calibration, committed

    settings = json.dumps(site.model_dump(), sort_keys=True, default=sorted)  # sets have no order of their own
    path = committed(site.policy.calibration)
    Calibration.load(path)  # refuses with a sentence what is missing or none
    calibration = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return {
        "policy": POLICY_VERSION,
        "calibration": f"{site.policy.calibration} {calibration}",
        "attack_profile": site.face.attack_profile or "none",
        "settings": hashlib.sha256(settings.encode()).hexdigest()[:16],
    }


def _wrap(name: str, device: Device, site: Site, calls: Calls, faults: Around | None) -> Device:
    limits = {**DEADLINES_S[name], "open": OPEN_S}
    if name == "reader":
        limits["scan"] = site.limits.read_document_s
    arounds = [deadline(limits), listen(calls.note)]
    return around_each_call(name, device, *([faults] if faults else []), *arounds)


def boot_id(today: date) -> str:
    """Names one start of the lane: the day and something that never repeats."""
    return f"{today:%Y%m%d}-{secrets.token_hex(3)}"


def key_from(path: Path) -> bytes:
    """The gate's own key, made on first use, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()
