"""What was to be seen of a scenario's run, held against what its file expects: one sentence for each difference."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drivers.model import Prompt
from records.model import SEALED, Entry
from records.reading import JournalReader
from simulators.scenario import Crossing, Expect, Scenario
from simulators.scenario_watch import Seen

MILLISECOND_S = 0.001


@dataclass(frozen=True, slots=True)
class Ended:
    """One crossing as the journal has it, whichever life of the lane sealed it."""

    outcome: str
    reason: str
    took_s: float
    entries: tuple[Entry, ...] = field(repr=False)

    def facts(self) -> dict[str, set[object]]:
        """ "kind.fact" -> every value that it has in this crossing."""
        found: dict[str, set[object]] = {}
        for entry in self.entries:
            for name, value in entry.facts:
                found.setdefault(f"{entry.kind}.{name}", set()).add(value)
        return found


@dataclass(frozen=True, slots=True)
class Observed:
    """What was to be seen of a run, from outside and in the journal."""

    crossings: tuple[Ended, ...]
    seen: tuple[Seen, ...] = field(repr=False)
    told: tuple[tuple[str, bool], ...]
    """Reasons that the officer was told, and whether as an alarm."""
    where: Mapping[str, str]
    """Travellers -> hall, inside or state_side."""
    state: str
    why_closed: str
    alarm_at_s: float | None
    chain: str
    """What is wrong with the journal's chain; empty when nothing is."""
    answers: tuple[str, ...]
    """What became of each command to the lane: done or refused."""
    missed: int
    """Events whose moment never came."""

    def told_of(self, what: str) -> tuple[str, ...]:
        return tuple(each.value for each in self.seen if each.what == what)

    @property
    def doors(self) -> tuple[str, ...]:
        """What the leaves did since the lane first welcomed anybody: its self-test at start is no crossing's."""
        began_s = next((each.at_s for each in self.seen if each.value == Prompt.WELCOME.value), 0.0)
        return tuple(each.value for each in self.seen if each.what == "door" and each.at_s >= began_s)

    @property
    def endings(self) -> str:
        return ", ".join(f"{each.outcome} {each.reason}" for each in self.crossings) or "no crossing"


def read_back(path: Path, key: bytes) -> tuple[tuple[Ended, ...], str]:
    """Every sealed crossing of a journal in the order of the seals, and what is wrong with its chain."""
    with JournalReader(path) as journal:
        verified = journal.verify(key)
        seals = [entry for _, entry in journal.walk() if entry.kind == SEALED]
        ended = tuple(_ended(seal, journal.read(seal.transaction)) for seal in seals)
    unsealed = "; a crossing was never sealed" if verified.unsealed else ""
    return ended, verified.fault + unsealed


def _ended(seal: Entry, entries: tuple[Entry, ...]) -> Ended:
    return Ended(str(seal.fact("outcome")), str(seal.fact("reason")), seal.at_s - entries[0].at_s, entries)


# --- the verdict ---


def differences(scenario: Scenario, seen: Observed) -> tuple[str, ...]:
    """Empty when everything was as the file says. Each sentence names the key, what was expected and what was seen."""
    expect = scenario.expect
    found = [sentence for look in _LOOKS for sentence in look(expect, seen)]
    return (*_crossings(expect.crossing, seen), *found, *_whereabouts(scenario, seen))


def _differs(key: str, expected: object, seen: object) -> str:
    return f"{key}: expected {expected}, seen {seen}"


def _crossings(expected: tuple[Crossing, ...], seen: Observed) -> Iterator[str]:
    endings = [f"{each.outcome} {each.reason}" for each in expected]
    if endings != [f"{each.outcome} {each.reason}" for each in seen.crossings]:
        yield _differs("expect.crossing", ", ".join(endings) or "no crossing", seen.endings)
        return
    for wanted, ended in zip(expected, seen.crossings, strict=True):
        yield from _crossing(wanted, ended)


def _crossing(wanted: Crossing, ended: Ended) -> Iterator[str]:
    if ended.took_s > wanted.within_s + MILLISECOND_S:
        yield _differs("expect.crossing.within_s", wanted.within_s, f"{ended.took_s:.1f}")
    facts = ended.facts()
    for name, value in wanted.facts.items():
        if value not in facts.get(name, set()):
            yield _differs(f'expect.crossing.facts."{name}"', value, sorted(map(str, facts.get(name, set()))) or "none")
    kinds = {entry.kind for entry in ended.entries}
    if missing := [kind for kind in wanted.notes if kind not in kinds]:
        yield _differs("expect.crossing.notes", missing, sorted(kinds))


def _doors(expect: Expect, seen: Observed) -> Iterator[str]:
    if expect.doors is not None and expect.doors != seen.doors:
        yield _differs("expect.doors", list(expect.doors), list(seen.doors))


def _screens(expect: Expect, seen: Observed) -> Iterator[str]:
    shown = seen.told_of("screen")
    rest = iter(shown)
    if not all(prompt.value in rest for prompt in expect.screens):
        yield _differs("expect.screens", [prompt.value for prompt in expect.screens], list(shown))
    if wrong := [prompt.value for prompt in expect.never_shown if prompt.value in shown]:
        yield _differs("expect.never_shown", "none of them", wrong)


def _officer(expect: Expect, seen: Observed) -> Iterator[str]:
    alarms = tuple(reason for reason, alarm in seen.told if alarm)
    if expect.alarms is not None and expect.alarms != alarms:
        yield _differs("expect.alarms", list(expect.alarms), list(alarms))
    told = [reason for reason, _ in seen.told]
    if missing := [reason for reason in expect.told if reason not in told]:
        yield _differs("expect.told", missing, told)


def _lane(expect: Expect, seen: Observed) -> Iterator[str]:
    if expect.lane is not None and expect.lane != seen.state:
        yield _differs("expect.lane", expect.lane, f"{seen.state} {seen.why_closed}".strip())
    if expect.answers is not None and expect.answers != seen.answers:
        yield _differs("expect.answers", list(expect.answers), list(seen.answers))
    if seen.chain:
        yield _differs("journal", "a whole chain", seen.chain)
    if seen.missed:
        yield _differs("event", "every event's moment to come", f"{seen.missed} whose moment never came")


def _quiet(expect: Expect, seen: Observed) -> Iterator[str]:
    if (quiet := expect.quiet) is None:
        return
    began_s = next((each.at_s for each in seen.seen if each.value == quiet.after.value), None)
    if began_s is None:
        yield _differs("expect.quiet", f"{quiet.after.value} to be shown", "it never was")
        return
    broken = [each for each in seen.seen if began_s < each.at_s < began_s + quiet.for_s]
    if broken:
        yield _differs(
            "expect.quiet", f"{quiet.for_s:g} s", f"{broken[0].value} after {broken[0].at_s - began_s:.2f} s"
        )


def _released(expect: Expect, seen: Observed) -> Iterator[str]:
    if expect.released_within_s is None:
        return
    opened = [seen_at(seen, f"{leaf} opens", seen.alarm_at_s) for leaf in ("entry", "exit")]
    late_s = max((each - (seen.alarm_at_s or 0.0) for each in opened if each is not None), default=0.0)
    if None in opened or late_s > expect.released_within_s:
        told = "a door that stays shut" if None in opened else f"{late_s:.2f} s"
        yield _differs("expect.released_within_s", expect.released_within_s, told)


def seen_at(seen: Observed, value: str, since_s: float | None) -> float | None:
    """When this was last begun to be seen from an alarm on; a leaf that stood open already counts from then."""
    if since_s is None:
        return None
    leaf = value.partition(" ")[0]
    moves = [each for each in seen.seen if each.what == "door" and each.value.startswith(leaf)]
    before = [each for each in moves if each.at_s <= since_s]
    if before and before[-1].value == value:
        return since_s
    return next((each.at_s for each in moves if each.at_s > since_s and each.value == value), None)


def _whereabouts(scenario: Scenario, seen: Observed) -> Iterator[str]:
    """Everybody is where the file says: on the state side, still inside, or back in the hall."""
    for traveller in scenario.traveller:
        side = "state_side" if traveller.name in scenario.expect.state_side else "hall"
        wanted = "inside" if traveller.name in scenario.expect.stranded else side
        where = seen.where.get(traveller.name, "hall")
        if where != wanted:
            yield _differs(f"expect, traveller '{traveller.name}'", wanted.replace("_", " "), where.replace("_", " "))


_LOOKS: tuple[Callable[[Expect, Observed], Iterator[str]], ...] = (_doors, _screens, _officer, _lane, _quiet, _released)
