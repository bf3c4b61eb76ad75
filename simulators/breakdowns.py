"""Everything that can break at a simulated lane, by name, and the one way to let it happen while the lane runs.

    undo = breaks(bench, Breakdown.EXIT_JAMMED)

The catalogue is that of hardware-fleet.md section 4, for every device. A breakdown changes the world, the far end of a
wire, or the answers of a call (simulators/faults.py); no simulator and no driver knows of it. The same name means the
same thing over real wires and in one process. Scenarios and the engineer's page both use this table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from simulators.camera_wire import WireCamera
from simulators.door_plant import DoorPlant
from simulators.doors_wire import WireDoors
from simulators.faults import Fault, FaultPlan, How
from simulators.officer import SimulatedOfficer
from simulators.reader_wire import WireReader
from simulators.world import World

Undo = Callable[[], None]
NOISE = 0.002
"""Of the bytes on a line that are broken: one answer of the door controller in six."""
SLOW_S = 0.03
MIDDLE_BARRIER = 1 << 5
DARK = 0.02
HOUR_S, YEARS_S = 3600.0, 200_000_000.0


class Disk(Protocol):
    is_full: bool


class TurnableClock(Protocol):
    def jump(self, seconds: float) -> None: ...


class Network(Protocol):
    def cut(self) -> None: ...

    def mend(self) -> None: ...


class Ends(Protocol):
    """The far ends of the wires (simulators.rig.Rig); None where a device is in this process."""

    plant: DoorPlant
    officer: SimulatedOfficer
    doors: WireDoors | None
    reader: WireReader | None
    camera: WireCamera | None


class NotBreakable(Exception):
    """This lane has not what would break. `str()` is one sentence."""


@dataclass(slots=True)
class Bench:
    """What can be broken of one running lane. What is None cannot be broken there."""

    world: World
    rig: Ends = field(repr=False)
    devices: Mapping[str, Any] = field(repr=False)
    """The bare devices by name (kiosk.assembly.Assembled.raw)."""
    plan: FaultPlan = field(repr=False)
    """The one that the lane was assembled with."""
    disk: Disk | None = field(default=None, repr=False)
    clock: TurnableClock | None = field(default=None, repr=False)
    kill: Callable[[], None] | None = field(default=None, repr=False)
    network: Network | None = field(default=None, repr=False)


class Breakdown(Enum):
    """Device and what is wrong with it."""

    ENTRY_JAMMED = "entry.jammed"
    ENTRY_OBSTRUCTED = "entry.obstructed"
    ENTRY_FORCED = "entry.forced"
    ENTRY_POSITION_LOST = "entry.position_lost"
    EXIT_JAMMED = "exit.jammed"
    EXIT_OBSTRUCTED = "exit.obstructed"
    EXIT_FORCED = "exit.forced"
    EXIT_POSITION_LOST = "exit.position_lost"
    BARRIER_STUCK = "barriers.stuck_on"
    BARRIERS_DEAD = "barriers.stuck_off"
    COUNTER_BLIND = "counter.blind"
    COUNTER_FROZEN = "counter.frozen"
    COUNTER_ONE_MORE = "counter.one_more"
    COUNTER_ONE_LESS = "counter.one_less"
    CONTROLLER_RESTARTED = "controller.restarted"
    CONTROLLER_UNPLUGGED = "controller.unplugged"
    CONTROLLER_SILENT = "controller.silent"
    CONTROLLER_SLOW = "controller.slow"
    CONTROLLER_OLD_ANSWERS = "controller.old_answers"
    CONTROLLER_OTHER_ID = "controller.other_id"
    CONTROLLER_FLIPS = "controller.flips"
    CONTROLLER_DROPS = "controller.drops"
    CONTROLLER_DOUBLES = "controller.doubles"
    CONTROLLER_BURSTS = "controller.bursts"
    CONTROLLER_ECHO = "controller.echo"
    CONTROLLER_BABBLE = "controller.babble"
    READER_UNPLUGGED = "reader.unplugged"
    READER_SILENT = "reader.silent"
    READER_FLIPS = "reader.flips"
    READER_DROPS = "reader.drops"
    READER_DOUBLES = "reader.doubles"
    READER_PHANTOM = "reader.phantom"
    READER_ANTENNA = "reader.antenna"
    CAMERA_STALLED = "camera.stalled"
    CAMERA_FROZEN = "camera.frozen"
    CAMERA_BLACK = "camera.black"
    CAMERA_PREVIOUS_PERSON = "camera.previous_person"
    CAMERA_LATE = "camera.late"
    CAMERA_GONE = "camera.gone"
    CAMERA_TRUNCATED = "camera.truncated"
    CAMERA_GARBAGE = "camera.garbage"
    DISPLAY_DARK = "display.dark"
    OFFICER_AWAY = "officer.away"
    OFFICER_SILENT = "officer.silent"
    REGISTER_SILENT = "register.silent"
    REGISTER_SLOW = "register.slow"
    REGISTER_WRONG_ANSWERS = "register.wrong_answers"
    REGISTER_FAILS = "register.fails"
    REGISTER_ANSWER_LOST = "register.answer_lost"
    WATCHLIST_SILENT = "watchlist.silent"
    WATCHLIST_LATE = "watchlist.late"
    WATCHLIST_OLD = "watchlist.old"
    LOST_LIST_SILENT = "lost_list.silent"
    LEDGER_SILENT = "ledger.silent"
    NETWORK_LOST = "network.lost"
    MAINS_LOST = "mains.lost"
    FIRE = "fire"
    EMERGENCY_BUTTON = "emergency_button"
    CABINET_OPENED = "cabinet.opened"
    LIGHTS_OUT = "lights.out"
    DISK_FULL = "disk.full"
    PROCESS_KILLED = "process.killed"
    CLOCK_HOUR_AHEAD = "clock.hour_ahead"
    CLOCK_HOUR_BACK = "clock.hour_back"
    CLOCK_YEARS_BACK = "clock.years_back"


@dataclass(frozen=True, slots=True)
class Named:
    """One line for the engineer, and what is done."""

    words: str
    happen: Callable[[Bench], Undo]


def breaks(bench: Bench, what: Breakdown) -> Undo:
    """Let it happen now; the answer mends it again (what cannot be mended stays). Raises NotBreakable."""
    return BREAKDOWNS[what].happen(bench)


# --- the ways in which things break ---------------------------------------------------------------------------


def _nothing() -> None:
    """For what mends itself, or cannot be mended."""


def _set(target: Any, values: Mapping[str, Any]) -> Undo:
    before = {name: getattr(target, name) for name in values}
    for name, value in values.items():
        setattr(target, name, value)

    def mend() -> None:
        for name, value in before.items():
            setattr(target, name, value)

    return mend


def _world(**values: Any) -> Callable[[Bench], Undo]:
    return lambda bench: _set(bench.world, values)


def _miscounts(by: int) -> Callable[[Bench], Undo]:
    """One too many and one too few may overlap, and each ends for itself."""

    def add(world: World, people: int) -> None:
        world.sensor_offset += people

    def happen(bench: Bench) -> Undo:
        add(bench.world, by)
        return lambda: add(bench.world, -by)

    return happen


def _leaf(door: str, fault: str) -> Callable[[Bench], Undo]:
    return lambda bench: _set(getattr(bench.rig.plant.faults, door), {fault: True})


def _frozen_counter(bench: Bench) -> Undo:
    return _set(bench.rig.plant.faults, {"sensor_frozen": True})


def _doors_line(**values: Any) -> Callable[[Bench], Undo]:
    """The cable of the door controller, on its wire or in this process: both have the same faults."""
    return lambda bench: _set(bench.rig.doors.line if bench.rig.doors else bench.devices["doors"].line, values)


def _controller(**values: Any) -> Callable[[Bench], Undo]:
    """The controller's own end of it."""
    return lambda bench: _set(bench.rig.doors or bench.devices["doors"].line, values)


def _restarted(bench: Bench) -> Undo:
    bench.rig.plant.restart()
    return _nothing


def _unplugged(bench: Bench) -> Undo:
    if bench.rig.doors is None:
        return _set(bench.devices["doors"].line, {"unplugged": True})
    bench.rig.doors.line.unplug()
    return bench.rig.doors.line.replug


def _reader(wired: str, in_process: str, value: Any = True) -> Callable[[Bench], Undo]:
    """A fault of the reader's line under its name there, or of the reader in this process under its own."""

    def happen(bench: Bench) -> Undo:
        if bench.rig.reader is None:
            return _set(_faults_of(bench, "reader"), {in_process: value})
        if wired == "unplug":
            bench.rig.reader.line.unplug()
            return bench.rig.reader.line.replug
        return _set(bench.rig.reader.line, {wired: value})

    return happen


def _faults_of(bench: Bench, device: str) -> Any:
    """What can be set at a device in this process."""
    found = getattr(bench.devices[device], "faults", None)
    if found is None:
        raise NotBreakable(f"this lane's {device} has nothing that can be broken so: choose another breakdown.")
    return found


def _phantom(bench: Bench) -> Undo:
    return _set(_faults_of(bench, "reader"), {"phantom": True})


def _camera(fault: str) -> Callable[[Bench], Undo]:
    return lambda bench: _set(
        bench.rig.camera.faults if bench.rig.camera else _faults_of(bench, "camera"), {fault: True}
    )


def _dark(bench: Bench) -> Undo:
    display = bench.devices["display"]
    if not hasattr(display, "dark"):
        raise NotBreakable("this lane's screen is a real page: close its window instead.")
    return _set(display, {"dark": True})


def _away(bench: Bench) -> Undo:
    return _set(bench.rig.officer, {"is_present": False})


def _calls(device: str, operations: str, how: How, late_s: float = 5.0) -> Callable[[Bench], Undo]:
    """Every call of these operations goes wrong until it is mended."""

    def happen(bench: Bench) -> Undo:
        broken = [Fault(device, each, how, None, late_s) for each in operations.split()]
        bench.plan.faults.extend(broken)
        bench.plan.armed = True

        def mend() -> None:
            for each in broken:
                bench.plan.faults.remove(each)

        return mend

    return happen


def _disk_full(bench: Bench) -> Undo:
    if bench.disk is None:
        raise NotBreakable("this lane's disk cannot be filled: run it as a scenario.")
    return _set(bench.disk, {"is_full": True})


def _network_lost(bench: Bench) -> Undo:
    network = bench.network
    if network is None:
        raise NotBreakable("this lane's register is on its own disk: run it as a scenario, or with --cut-register.")
    calls = "look_up screen reported_lost begin_use end_use consume_entry"
    mend = _calls("register", calls, How.UNAVAILABLE)(bench)
    network.cut()

    def join() -> None:
        network.mend()
        mend()

    return join


def _killed(bench: Bench) -> Undo:
    if bench.kill is None:
        raise NotBreakable("this lane's process cannot be killed from inside: run it as a scenario.")
    bench.kill()
    return _nothing


def _jumped(seconds: float) -> Callable[[Bench], Undo]:
    def happen(bench: Bench) -> Undo:
        clock = bench.clock
        if clock is None:
            raise NotBreakable("this lane's clock cannot be turned: run it as a scenario.")
        clock.jump(seconds)
        return lambda: clock.jump(-seconds)

    return happen


def _both_doors(door: str, name: str) -> dict[Breakdown, Named]:
    said = {
        "jammed": "never reaches its end",
        "obstructed": "meets something that no sensor sees",
        "forced": "is pushed open with more force than its bolt has",
        "position_lost": "no longer tells where it stands",
    }
    return {
        Breakdown(f"{door}.{fault}"): Named(f"The {name} {words}.", _leaf(door, fault)) for fault, words in said.items()
    }


B = Breakdown
BREAKDOWNS: Mapping[Breakdown, Named] = {
    **_both_doors("entry", "entry door"),
    **_both_doors("exit", "exit door"),
    B.BARRIER_STUCK: Named("A light barrier in the chamber stays interrupted.", _world(barriers_stuck=MIDDLE_BARRIER)),
    B.BARRIERS_DEAD: Named("No light barrier sees anything any more.", _world(barriers_dead=0xFFF)),
    B.COUNTER_BLIND: Named("The people counter cannot tell.", _world(sensor_healthy=False)),
    B.COUNTER_FROZEN: Named("The people counter has stopped sending; its last count grows old.", _frozen_counter),
    B.COUNTER_ONE_MORE: Named("The people counter sees one too many.", _miscounts(1)),
    B.COUNTER_ONE_LESS: Named("The people counter sees one too few.", _miscounts(-1)),
    B.CONTROLLER_RESTARTED: Named("The door controller restarts; its uptime goes back.", _restarted),
    B.CONTROLLER_UNPLUGGED: Named("The door controller's cable is pulled.", _unplugged),
    B.CONTROLLER_SILENT: Named("Bytes to and from the door controller vanish.", _doors_line(cut=True)),
    B.CONTROLLER_SLOW: Named("The door controller answers late.", _doors_line(delay_s=SLOW_S)),
    B.CONTROLLER_OLD_ANSWERS: Named("The door controller answers the question before.", _controller(old_answers=True)),
    B.CONTROLLER_OTHER_ID: Named("Another device id answers on the line.", _controller(other_id=True)),
    B.CONTROLLER_FLIPS: Named("Bits flip on the door controller's line.", _doors_line(flip=NOISE)),
    B.CONTROLLER_DROPS: Named("Bytes are lost on the door controller's line.", _doors_line(drop=NOISE)),
    B.CONTROLLER_DOUBLES: Named("Bytes come twice on the door controller's line.", _doors_line(dup=NOISE)),
    B.CONTROLLER_BURSTS: Named("Bursts of noise on the door controller's line.", _doors_line(burst=0.1)),
    B.CONTROLLER_ECHO: Named("The line gives back what was sent (half duplex).", _doors_line(echo=True)),
    B.CONTROLLER_BABBLE: Named("The door controller sends without end.", _doors_line(babble=True)),
    B.READER_UNPLUGGED: Named("The document reader's cable is pulled.", _reader("unplug", "unplugged")),
    B.READER_SILENT: Named("The document reader says nothing more.", _reader("cut", "silent")),
    B.READER_FLIPS: Named("Bits flip on the document reader's line.", _reader("flip", "flip", 0.05)),
    B.READER_DROPS: Named("Bytes are lost on the document reader's line.", _reader("drop", "drop", 0.05)),
    B.READER_DOUBLES: Named("Bytes come twice on the document reader's line.", _reader("dup", "dup", 0.05)),
    B.READER_PHANTOM: Named("The document reader sees a page where none lies.", _phantom),
    B.READER_ANTENNA: Named("The document reader's antenna for chips does not work.", _world(antenna_failed=True)),
    B.CAMERA_STALLED: Named("No more frames; the connection stays.", _camera("stalled")),
    B.CAMERA_FROZEN: Named("The same picture for ever.", _camera("frozen")),
    B.CAMERA_BLACK: Named("The lens is covered.", _camera("black")),
    B.CAMERA_PREVIOUS_PERSON: Named("The camera goes on showing the traveller before.", _camera("previous_person")),
    B.CAMERA_LATE: Named("The network keeps the frames back.", _camera("held")),
    B.CAMERA_GONE: Named("The camera does not answer any more.", _camera("disconnected")),
    B.CAMERA_TRUNCATED: Named("Every frame is cut in half.", _camera("truncated")),
    B.CAMERA_GARBAGE: Named("The camera sends bytes that are no picture.", _camera("garbage")),
    B.DISPLAY_DARK: Named("The traveller's screen stays dark and confirms nothing.", _dark),
    B.OFFICER_AWAY: Named("No officer is signed in, or the console is lost.", _away),
    B.OFFICER_SILENT: Named("The officer is there and answers nothing.", _calls("officer", "ask renew", How.HANG)),
    B.REGISTER_SILENT: Named("The register does not answer.", _calls("register", "look_up", How.HANG)),
    B.REGISTER_SLOW: Named("The register answers after two seconds.", _calls("register", "look_up", How.LATE, 2.0)),
    B.REGISTER_WRONG_ANSWERS: Named(
        "The register answers for somebody else's crossing.", _calls("register", "look_up screen", How.FOREIGN)
    ),
    B.REGISTER_FAILS: Named("The register answers with an error (500).", _calls("register", "look_up", How.GARBLED)),
    B.REGISTER_ANSWER_LOST: Named(
        "The register takes the passage and its answer is lost.", _calls("register", "consume_entry", How.ANSWER_LOST)
    ),
    B.WATCHLIST_SILENT: Named("The watchlist does not answer.", _calls("register", "screen", How.HANG)),
    B.WATCHLIST_LATE: Named("The watchlist answers after two seconds.", _calls("register", "screen", How.LATE, 2.0)),
    B.WATCHLIST_OLD: Named("The watchlist answers from a copy of yesterday.", _calls("register", "screen", How.OLD)),
    B.LOST_LIST_SILENT: Named(
        "The list of lost documents does not answer.", _calls("register", "reported_lost", How.HANG)
    ),
    B.LEDGER_SILENT: Named("The hall's ledger does not answer.", _calls("register", "begin_use end_use", How.HANG)),
    B.NETWORK_LOST: Named("The network is pulled: the register's service is silent.", _network_lost),
    B.MAINS_LOST: Named("The mains are lost; the battery holds.", _world(mains=False)),
    B.FIRE: Named("The fire input falls.", _world(fire=True)),
    B.EMERGENCY_BUTTON: Named("The emergency button inside is pressed.", _world(emergency_button=True)),
    B.CABINET_OPENED: Named("The cabinet is opened.", _world(cabinet_open=True)),
    B.LIGHTS_OUT: Named("The lamps in the chamber go out.", _world(illumination=DARK)),
    B.DISK_FULL: Named("The journal's disk is full.", _disk_full),
    B.PROCESS_KILLED: Named("The lane's process is killed (kill -9).", _killed),
    B.CLOCK_HOUR_AHEAD: Named("The lane's clock jumps an hour ahead.", _jumped(HOUR_S)),
    B.CLOCK_HOUR_BACK: Named("The lane's clock jumps an hour back.", _jumped(-HOUR_S)),
    B.CLOCK_YEARS_BACK: Named("The lane's clock jumps back by years.", _jumped(-YEARS_S)),
}
