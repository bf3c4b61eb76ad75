"""Travellers who do what a scenario says: the usual reactions (simulators/traveller.py) with one of them changed."""

from dataclasses import dataclass

from simulators.scenario import BehaviourName
from simulators.traveller import GONE_MM, Behaviour, Traveller
from simulators.world import CHAMBER_MM, PASSABLE_PERMILLE, READER_MM

STUBBORN_S = 45.0
"""So long nobody who will not go can be moved."""
PULLED_AFTER_S = 0.15
ONE_STEP_MM = 200.0
OWN = frozenset({"forgets_passport", "pulls_early", "lets_no_page_lie", "will_not_go_back", "lies_down"})
"""Behaviours of this file; the others are simulators.traveller.Behaviour's."""


@dataclass(slots=True)
class Actor(Traveller):
    """`said` is the scenario's word for how this traveller behaves."""

    said: BehaviourName = "walks_through"
    stubborn_s: float = 0.0

    async def _lay_down(self) -> None:
        before = self.tries
        await Traveller._lay_down(self)
        laid = self.tries > before
        if laid and self.said in ("pulls_early", "lets_no_page_lie"):
            await self._pull()

    async def _lay_again(self) -> None:
        await Traveller._lay_again(self)
        if self.said == "lets_no_page_lie":
            await self._pull()

    async def _pull(self) -> None:
        await self.clock.sleep(PULLED_AFTER_S)
        if self.world.page is self.page:
            self.world.page = None
        if self.said == "lets_no_page_lie" and self.tries > 2:
            await self._leave_hall()

    def _lift(self) -> None:
        if self.said != "forgets_passport":
            Traveller._lift(self)

    async def _walk_in(self) -> None:
        if self.said == "goes_by_itself" and self.world.entry_permille >= PASSABLE_PERMILLE and not self._is_inside():
            self._lift()
            await self._walk(ONE_STEP_MM)  # and out again, while the door still stands open
            await self._walk(READER_MM - GONE_MM)
            self.gone = self.person.x_mm < READER_MM
            return
        await Traveller._walk_in(self)
        if self.said == "lies_down" and self._is_inside():
            self.person.crawling = True

    async def _go_back(self) -> None:
        if self.said == "will_not_go_back" and self._is_inside() and self.stubborn_s < STUBBORN_S:
            await self.clock.sleep(1.0)
            self.stubborn_s += 1.0
            return
        self.person.crawling = False
        await Traveller._go_back(self)

    @property
    def where(self) -> str:
        """hall, inside or state side."""
        if self.passed or self.person.x_mm > CHAMBER_MM:
            return "state_side"
        return "inside" if self._is_inside() else "hall"


def behaviour_of(said: BehaviourName) -> Behaviour:
    """The reactions that `said` begins from."""
    return Behaviour.WALKS_THROUGH if said in OWN or said == "goes_by_itself" else Behaviour(said)
