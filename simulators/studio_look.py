"""What the engineer's page is shown of a lane, several times a second: plain values, nothing personal."""

from collections.abc import Iterator, Mapping

from drivers import door_registers as registers
from drivers.model import DoorEventCode
from simulators.sensing import BARRIERS_MM, interrupted, is_clear
from simulators.shapes import solids_of
from simulators.studio import Studio
from simulators.studio_model import DoorsShown, FixedShown, FloorShown, LineShown, NowShown, PersonShown
from simulators.world import CHAMBER_MM, Person

NEAR_MM = 1000.0
Said = tuple[str, str, str]
"""Who, what, and the facts with it."""


def now(studio: Studio) -> NowShown:
    """All that changes."""
    lane = studio.look()
    return {
        "at_s": round(studio.stage.clock.monotonic() - studio.stage.began_s, 2),
        "time": studio.stage.clock.now().isoformat(timespec="seconds"),
        "speed": studio.pace.speed,
        "paused": studio.pace.is_paused,
        "prompt": studio.stage.world.prompt.value,
        "lamp": studio.stage.world.lamp.value,
        "floor": floor(studio),
        "doors": doors(studio),
        "lane": {
            "state": lane.state,
            "why_closed": lane.why_closed,
            "modes": list(lane.modes),
            "transaction": lane.transaction,
            "step": lane.step,
            "steps_ms": dict(lane.steps_ms),
            "outcome": lane.outcome,
            "reason": lane.reason,
        },
        "officer": studio.stage.rig.officer.is_present,
        "network_cut": studio.network_is_cut,
        "waiting": [comer.said.name for comer in studio.waiting],
        "traffic": {"per_hour": studio.traffic.per_hour, "unusual_percent": studio.traffic.unusual_percent},
        "active": [{"id": each.id, "words": each.words, "on": each.has_begun} for each in studio.active.values()],
        "recording": {
            "travellers": len(studio.recording.travellers),
            "events": len(studio.recording.events) + len(studio.recording.faults) + len(studio.recording.officers),
            "crossings": len(studio.recording.endings),
        },
    }


def floor(studio: Studio) -> FloorShown:
    world, plant = studio.stage.world, studio.stage.rig.plant
    presence = plant.presence
    near = [person for person in world.persons if -NEAR_MM < person.x_mm < CHAMBER_MM + NEAR_MM]
    solids = solids_of(world, near)
    return {
        "entry_permille": world.entry_permille,
        "exit_permille": world.exit_permille,
        "persons": [_person(person, person.name in studio.by_hand) for person in world.persons],
        "things": [
            {"name": thing.name, "x_mm": round(thing.x_mm), "y_mm": round(thing.y_mm)} for thing in world.things
        ],
        "seen": [(round(blob.x_mm), round(blob.y_mm), blob.kind.value) for blob in presence.blobs],
        "page": world.page is not None,
        "barriers": (interrupted(solids) | world.barriers_stuck) & ~world.barriers_dead,
        "count": presence.count,
        "confidence": presence.confidence,
        "entry_clear": is_clear(solids, 0.0),
        "exit_clear": is_clear(solids, CHAMBER_MM),
        "fire": world.fire,
        "illumination": world.illumination,
    }


def _person(person: Person, by_hand: bool) -> PersonShown:
    return {
        "name": person.name,
        "x_mm": round(person.x_mm),
        "y_mm": round(person.y_mm),
        "carries": [
            {"what": each.what.value, "ahead_mm": each.ahead_mm, "beside_mm": each.beside_mm} for each in person.carries
        ],
        "height_mm": person.height_mm,
        "by_hand": by_hand,
        "friend": person.name.endswith(("-friend", "stranger")),
        "covered": person.covered,
        "lies": person.crawling,
        "artefact": person.artefact.value if person.artefact else "",
    }


def doors(studio: Studio) -> DoorsShown:
    state = studio.stage.rig.plant.state
    return {
        "entry": state.entry.drive.name.lower(),
        "exit": state.exit.drive.name.lower(),
        "fault": state.fault.name.lower(),
        "emergency": state.emergency,
        "permit_ms": state.permit.left_ms if state.permit else 0,
        "mains": studio.stage.world.mains,
        "passages_in": state.passages_in,
        "passages_back": state.passages_back,
        "tailgates": state.tailgates,
    }


def fixed(studio: Studio, lane: str, wires: Mapping[str, str]) -> FixedShown:
    """All that does not."""
    return {
        "name": lane,
        "seed": studio.seed,
        "wired": studio.wired,
        "network": studio.network is not None,
        "wires": dict(wires),
        "barriers_mm": [round(beam_mm) for beam_mm in BARRIERS_MM],
    }


class Lines:
    """The event log: what came since the last look, from the lane's page, the door controller and the screen."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._transaction, self._told = "", 0
        self._door_event = 0
        self._lane = ("", "")
        self._prompt = ""

    def fresh(self) -> list[LineShown]:
        at_s = round(self._studio.stage.clock.monotonic() - self._studio.stage.began_s, 2)
        said = [*self._of_screen(), *self._of_doors(), *self._of_lane()]
        return [{"at_s": at_s, "who": who, "what": what.replace("_", " "), "facts": facts} for who, what, facts in said]

    def _of_screen(self) -> Iterator[Said]:
        prompt = self._studio.stage.world.prompt.value
        if prompt != self._prompt:
            self._prompt = prompt
            yield "screen", prompt, ""

    def _of_doors(self) -> Iterator[Said]:
        plant, loop_s = self._studio.stage.rig.plant, self._studio.stage.clock.monotonic()
        ring = registers.decode_events(plant.exchange(None, registers.EVENTS, registers.EVENTS_COUNT, loop_s))
        for event in ring:
            if event.sequence > self._door_event:
                yield "doors", DoorEventCode(event.code & 0xFF).name.lower(), ""
        self._door_event = max((event.sequence for event in ring), default=0)

    def _of_lane(self) -> Iterator[Said]:
        lane = self._studio.look()
        if (lane.state, lane.why_closed) != self._lane:
            self._lane = (lane.state, lane.why_closed)
            yield "lane", lane.state, lane.why_closed
        if lane.transaction != self._transaction:
            self._transaction, self._told = lane.transaction, 0
        for kind, _at_s, facts in lane.entries[self._told :]:
            yield "crossing", kind, facts
        self._told = len(lane.entries)
