"""People who use the lane: they see the screen and the doors, react after a moment, and walk at a person's pace.

A traveller is handed nothing but the world and a clock. What is shown decides what is done next; the odd behaviours
are the same reactions with one of them changed.
"""

import random
from dataclasses import dataclass, field
from enum import Enum

from drivers.model import Prompt
from drivers.protocols import Clock
from simulators.world import CHAMBER_MM, PASSABLE_PERMILLE, READER_MM, Page, Person, Thing, World

TICK_S = 0.1
WALKING_MM_S = 1250.0
PLACE_MM = 900.0
"""Where one stands before the camera."""
GAP_MM = 450.0
"""How close a companion follows."""
GONE_MM = 1500.0
BAG_MM = 700.0
PATIENCE_S = 600.0
TRIES = 5
"""Then even the most patient traveller goes to somebody."""
LEAVES_BY_ITSELF_S = 2.0
"""Whom a door behind invites and no prompt tells anything goes back after this."""

TRY_AGAIN = frozenset({Prompt.PLACE_AGAIN, Prompt.NOT_A_PASSPORT})
GO_BACK = frozenset(
    {
        Prompt.SEE_OFFICER,
        Prompt.OTHER_LANE,
        Prompt.START_AGAIN,
        Prompt.LEAVE_NOW,
        Prompt.CLOSED,
        Prompt.STEP_BACK,
        Prompt.NEEDS_A_PAUSE,
    }
)
ASKS_NOTHING = frozenset(
    {
        Prompt.ONE_MOMENT,
        Prompt.DOORS_CLOSING,
        Prompt.FACE_DONE,
        Prompt.WAIT_BEHIND_LINE,
        Prompt.TAKE_BELONGINGS,
        Prompt.OFFICER_IS_COMING,
    }
)
"""Whoever reads one of these goes on with what he was doing."""


class Behaviour(Enum):
    WALKS_THROUGH = "walks_through"
    WALKS_AWAY = "walks_away"
    """Lays the passport down, takes it back, and turns round."""
    BRINGS_FRIEND = "brings_friend"
    LEAVES_BAG = "leaves_bag"
    STAYS = "stays"
    """Does not go out when the exit opens."""
    HESITATES = "hesitates"


@dataclass(slots=True)
class Traveller:
    """One visit. `live` returns when the traveller (and the companion) has left the scene."""

    world: World = field(repr=False)
    clock: Clock = field(repr=False)
    rng: random.Random = field(repr=False)
    person: Person
    page: Page = field(repr=False)
    behaviour: Behaviour = Behaviour.WALKS_THROUGH
    companion: Person | None = None
    place_mm: float = PLACE_MM
    """Where he stops for the camera."""
    speed: float = 1.0
    """Times a usual person's pace, in walking and in reacting."""
    seen: Prompt | None = None
    gone: bool = False
    passed: bool = False
    tries: int = 0

    async def live(self) -> None:
        party = [person for person in (self.person, self.companion) if person]
        self.world.persons.extend(party)
        began_s = self.clock.monotonic()
        try:
            await self._walk(READER_MM)
            while not self.gone and self.clock.monotonic() - began_s < PATIENCE_S:
                await self._react()
                await self.clock.sleep(TICK_S)
        finally:
            for person in party:
                self.world.persons.remove(person)
            self._lift()

    async def _react(self) -> None:
        prompt = self._asked()
        if prompt is None:
            return
        if prompt is not self.seen:
            hesitation = 3 if self.behaviour is Behaviour.HESITATES else 1
            await self.clock.sleep(self.rng.uniform(0.4, 0.9) * hesitation / self.speed)
            self.seen = prompt
            return
        if prompt is Prompt.WELCOME:
            await self._lay_down()
        elif prompt in TRY_AGAIN:
            await self._lay_again()
        elif prompt is Prompt.TAKE_DOCUMENT:
            self._lift()
        elif prompt is Prompt.WALK_IN and not self._is_inside():
            await self._walk_in()
        elif prompt is Prompt.GO_AHEAD:
            await self._walk_out()
        elif prompt in GO_BACK or await self._finds_the_way_back_open():
            await self._go_back()

    def _asked(self) -> Prompt | None:
        """What the screen asks for. Who is on the way back already is asked nothing new by "step back"."""
        prompt = self.world.prompt
        goes_back = prompt is Prompt.STEP_BACK and self.seen in GO_BACK
        return self.seen if goes_back or prompt in ASKS_NOTHING else prompt

    async def _finds_the_way_back_open(self) -> bool:
        """The door behind stands open although nothing more is said: a dark screen tells nobody to leave."""
        for _ in range(round(LEAVES_BY_ITSELF_S / TICK_S)):
            if not self._is_inside() or self.world.entry_permille < PASSABLE_PERMILLE:
                return False
            await self.clock.sleep(TICK_S)
        return True

    async def _lay_down(self) -> None:
        if self.world.page is None and not self._is_inside() and self.tries == 0:
            self.tries += 1
            self.world.page = self.page

    async def _lay_again(self) -> None:
        self._lift()
        if self.tries >= TRIES:
            await self._leave_hall()
            return
        await self.clock.sleep(self.rng.uniform(0.8, 1.4))
        self.tries += 1
        self.world.page = self.page
        self.seen = None

    def _lift(self) -> None:
        if self.world.page is self.page:
            self.world.page = None

    async def _walk_in(self) -> None:
        self._lift()
        if self.behaviour is Behaviour.WALKS_AWAY:
            await self._leave_hall()
        elif self.world.entry_permille >= PASSABLE_PERMILLE and not self._is_inside():
            await self._walk(self.place_mm)

    async def _walk_out(self) -> None:
        if self.behaviour is Behaviour.STAYS or self.world.exit_permille < PASSABLE_PERMILLE:
            return
        if self.behaviour is Behaviour.LEAVES_BAG:
            self.world.things.append(Thing("bag", BAG_MM))
        await self._walk(CHAMBER_MM + GONE_MM)
        self.gone = self.passed = self.person.x_mm > CHAMBER_MM

    async def _go_back(self) -> None:
        if self._is_inside() and self.world.entry_permille < PASSABLE_PERMILLE:
            if self.person.x_mm > self.place_mm:
                await self._walk(self.place_mm)  # away from an exit that is not for him, and towards the way back
            return
        self._lift()
        await self._leave_hall()

    async def _leave_hall(self) -> None:
        await self._walk(READER_MM - GONE_MM)
        self.gone = self.person.x_mm < READER_MM

    def _is_inside(self) -> bool:
        return 0.0 <= self.person.x_mm <= CHAMBER_MM

    async def _walk(self, to_mm: float) -> None:
        """Walk until there, or until a door is in the way; a companion keeps close behind."""
        back = to_mm < self.person.x_mm
        while self.person.x_mm != to_mm:
            stride_mm = WALKING_MM_S * self.speed * TICK_S
            free = self._step(self.person, to_mm, stride_mm)
            if self.companion and not self.companion.carried_by:
                gap_mm = 0.0 if back else GAP_MM
                free = self._step(self.companion, to_mm - gap_mm, stride_mm) or free
            if not free:
                return
            await self.clock.sleep(TICK_S)

    def _step(self, person: Person, to_mm: float, stride_mm: float) -> bool:
        before_mm = person.x_mm
        distance_mm = to_mm - before_mm
        step_mm = max(-stride_mm, min(stride_mm, distance_mm))
        self.world.move(person, before_mm + step_mm)
        return person.x_mm != before_mm
