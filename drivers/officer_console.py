"""The officers at the console, as the one device that a lane knows: asked, told, and obeyed where the lane permits.

A command counts for the crossing and the revision that the officer saw. `rev` grows whenever what an officer may do
changes; a command for an older one is refused, so that nobody acts on the traveller after the one he looked at.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Literal, Protocol

from drivers.console_link import ConsoleLink, Identity, identity_key
from drivers.errors import DeviceUnavailable
from drivers.model import Health, LaneCommand, LaneOrder, OfficerAction, OfficerCase, OfficerDecision
from drivers.protocols import Clock
from link.console_words import Answered, Closed, Command, Opened
from link.staff import StaffRole

ANY_REV = -1
ALWAYS = frozenset({LaneCommand.RELEASE.value})
"""Whatever the lane does now."""
REMEMBERED = 512
QUEUED = 16
UNTOLD_S = 5.0


class ConsoleSection(Protocol):
    """What a site file says of its console."""

    address: str
    key_file: str
    ca_file: str | None


@dataclass(slots=True)
class _Asked:
    case: OfficerCase
    asks: Literal["decide", "renew"]
    answer: asyncio.Future[OfficerDecision]


@dataclass(slots=True)
class ConsoleOfficer:
    """Satisfies drivers.protocols.Officer."""

    link: ConsoleLink
    clock: Clock = field(repr=False)
    rev: int = 1
    current: Callable[[], str] = field(default=lambda: "", repr=False)
    """The crossing that runs or is held now; empty when there is none."""
    limits_s: dict[str, float] = field(default_factory=dict)
    """How long the lane waits for `decide` and `renew`: told to the officers."""
    told_at_s: float | None = None
    """When the lane's reporter last looked, of the lane's clock; None = it has none."""
    decided: OfficerDecision | None = None
    """The last that an officer decided about a crossing, for its record."""
    _asked: _Asked | None = field(default=None, repr=False)
    _cases: int = 0
    _requests: asyncio.Queue[OfficerDecision] = field(default_factory=lambda: asyncio.Queue(QUEUED), repr=False)
    _orders: asyncio.Queue[LaneOrder] = field(default_factory=lambda: asyncio.Queue(QUEUED), repr=False)
    _answers: OrderedDict[str, Answered] = field(default_factory=OrderedDict, repr=False)

    async def open(self) -> None:
        self.link.commanded = self.take
        self.link.start(asyncio.get_running_loop())

    async def close(self) -> None:
        await self.link.stop()

    async def health(self) -> Health:
        return Health.READY if self.link.on_duty else Health.FAILED

    async def present(self) -> bool:
        """Also false when nothing is told to the console any more: nobody supervises a lane that he cannot see."""
        is_told = self.told_at_s is None or self.clock.monotonic() - self.told_at_s < UNTOLD_S
        return self.link.on_duty and is_told

    async def ask(self, case: OfficerCase) -> OfficerDecision:
        if not self.link.on_duty:
            raise DeviceUnavailable("officer", "nobody is signed in for this lane; sign in at the console")
        return await self._ask(case, "decide")

    async def renew(self, case: OfficerCase) -> bool:
        return (await self._ask(case, "renew")).action is OfficerAction.HOLD

    async def tell(self, case: OfficerCase, alarm: bool) -> None:
        self.link.notice(self._opened(case, "tell", alarm))

    async def requested(self) -> OfficerDecision:
        return await self._requests.get()

    async def commanded(self) -> LaneOrder:
        return await self._orders.get()

    async def answer(self, order: LaneOrder, refusal: str) -> None:
        self._answer(Answered(command=order.order, result="refused" if refusal else "accepted", why=refusal[:300]))

    def moved(self) -> None:
        """What an officer may do has changed."""
        self.rev += 1

    # ---------------------------------------------------------------------------------------------------------

    async def _ask(self, case: OfficerCase, asks: Literal["decide", "renew"]) -> OfficerDecision:
        asked = _Asked(case, asks, asyncio.get_running_loop().create_future())
        self._asked = asked
        self.moved()
        opened = self._opened(case, asks, alarm=False)
        self.link.notice(opened)
        how = "lapsed"
        try:
            decision = await asked.answer
            how = decision.action.value
            return decision
        finally:
            self._asked = None
            self.moved()
            self.link.notice(Closed(case=opened.case, transaction=case.transaction, how=how))

    def _opened(self, case: OfficerCase, asks: Literal["decide", "renew", "tell"], alarm: bool) -> Opened:
        self._cases += 1
        return Opened(
            case=f"{self.link.me.boot}.{self._cases}",
            transaction=case.transaction,
            rev=self.rev,
            reason=case.reason,
            words=case.words,
            asks=asks,
            limit_ms=round(1000 * self.limits_s.get(asks, 0.0)),
            alarm=alarm,
            may_retry=case.may_retry,
        )

    def take(self, command: Command) -> None:
        """One command of the console. The same one twice has one effect and one answer."""
        if command.command in self._answers:
            self.link.notice(self._answers[command.command])
        elif refusal := self._refusal(command):
            self._answer(Answered(command=command.command, result="refused", why=refusal))
        elif command.action in {each.value for each in LaneCommand}:
            self._order(command)
        else:
            self._decide(command)

    def _refusal(self, command: Command) -> str:
        if command.action in ALWAYS:
            return ""
        if command.rev not in (ANY_REV, self.rev) or (command.transaction and command.transaction != self.current()):
            return "moved_on"
        known = {each.value for each in OfficerAction} | {each.value for each in LaneCommand}
        return "" if command.action in known else "unknown_action"

    def _order(self, command: Command) -> None:
        """The lane answers when it has carried it out, or will not."""
        order = LaneOrder(
            command.command, LaneCommand(command.action), command.officer, StaffRole(command.role), command.reason
        )
        if self._orders.full():
            self._answer(Answered(command=command.command, result="refused", why="busy"))
        else:
            self._orders.put_nowait(order)

    def _decide(self, command: Command) -> None:
        action = OfficerAction(command.action)
        decision = OfficerDecision(
            command.transaction,
            action,
            command.officer,
            command.reason,
            self.clock.monotonic(),
            command.persons,
        )
        asked = self._asked
        if asked and not asked.answer.done() and asked.case.transaction == command.transaction:
            if action is OfficerAction.RETRY and not asked.case.may_retry:
                self._answer(Answered(command=command.command, result="refused", why="no_more_tries"))
                return
            asked.answer.set_result(decision)
        elif not command.transaction or action in (OfficerAction.PASS, OfficerAction.RETRY) or self._requests.full():
            self._answer(Answered(command=command.command, result="refused", why="nothing_to_decide"))
            return
        else:
            self._requests.put_nowait(decision)
        self.decided = decision
        self.moved()
        self._answer(Answered(command=command.command, result="accepted"))

    def _answer(self, answered: Answered) -> None:
        self._answers[answered.command] = answered
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        self.link.notice(answered)


def console_of(officer: object) -> ConsoleOfficer | None:
    """The console behind an officer, where there is one: a demonstration's officer has it inside."""
    console = getattr(officer, "console", officer)
    return console if isinstance(console, ConsoleOfficer) else None


def from_section(
    section: ConsoleSection, folder: Path, clock: Clock, lane: str, direction: str, is_simulated: bool
) -> ConsoleOfficer:
    """For the lane's table of kinds. Raises DeviceUnavailable for a key file that is none."""
    path = folder / section.key_file
    try:
        named, key = identity_key(path.read_text())
    except (OSError, ValueError, KeyError, TypeError):
        raise DeviceUnavailable(
            "officer", f"{path} is no console key: make one with `egate console lane add`"
        ) from None
    if named != lane:
        raise DeviceUnavailable("officer", f"{path} is the key of lane {named}, not of {lane}: make this lane's own")
    me = Identity(
        address=section.address,
        lane=lane,
        boot=secrets.token_hex(6),
        key=key,
        direction="exit" if direction == "exit" else "entry",
        software=version("egate"),
        simulated=is_simulated,
        ca_file=str(folder / section.ca_file) if section.ca_file else "",
    )
    return ConsoleOfficer(ConsoleLink(me), clock)
