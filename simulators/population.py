"""A made-up population: who comes to the lane, with which passport, which visa, which face, and how it should end.

A visitor's page and lines are what the devices see; the expected ending is only held against what the lane did, and no
device ever learns it.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

from drivers.model import Image, Light
from mrz.dates import birth_date, expiry_date
from mrz.model import DocumentType, MrzFields, Sex
from mrz.write import write
from register.model import Alert, Visa
from simulators.species import Species
from simulators.traveller import Behaviour
from simulators.world import Page

Draw = Callable[[MrzFields, Sequence[str], str], Mapping[Light, Image]]
"""Fields, lines and the portrait's name in the cast -> the page under each light."""
Encode = Callable[[str], bytes]
"""The name of a cast member -> the portrait as an encoded image, as a register keeps it."""


class Story(Enum):
    """What is special about a visit."""

    GENUINE = "genuine"
    IMPOSTOR = "impostor"
    EXPIRED_PASSPORT = "expired_passport"
    EXPIRED_VISA = "expired_visa"
    NO_VISA = "no_visa"
    OTHER_PASSPORT = "other_passport"
    SWAPPED_PORTRAIT = "swapped_portrait"
    TWO_PERSONS = "two_persons"
    WALKS_AWAY = "walks_away"
    STAYS = "stays"
    LEAVES_BAG = "leaves_bag"
    WATCHLISTED = "watchlisted"
    HESITANT = "hesitant"
    SHOWS_PRINT = "shows_print"
    SHOWS_SCREEN = "shows_screen"


EXPECTED: Mapping[Story, tuple[str, str]] = {
    Story.GENUINE: ("PASSED", "passed"),
    Story.IMPOSTOR: ("REFERRED", "face_differs"),
    Story.EXPIRED_PASSPORT: ("REFERRED", "document_expired"),
    Story.EXPIRED_VISA: ("REFERRED", "visa_expired"),
    Story.NO_VISA: ("REFERRED", "visa_none"),
    Story.OTHER_PASSPORT: ("REFERRED", "visa_other_document"),
    Story.SWAPPED_PORTRAIT: ("REFERRED", "page_portrait_differs"),
    Story.TWO_PERSONS: ("REFERRED", "several_persons"),
    Story.WALKS_AWAY: ("ABANDONED", "nobody_entered"),
    Story.STAYS: ("GRANTED_NOT_PASSED", "did_not_leave"),
    Story.LEAVES_BAG: ("PASSED", "object_left"),
    Story.WATCHLISTED: ("REFERRED", "watchlist_hit"),
    Story.HESITANT: ("PASSED", "passed"),
    Story.SHOWS_PRINT: ("HELD", "attack_suspected"),
    Story.SHOWS_SCREEN: ("HELD", "attack_suspected"),
}
"""Outcome and reason (kiosk/reasons.py) with which each story must end."""

BEHAVIOURS: Mapping[Story, Behaviour] = {
    Story.TWO_PERSONS: Behaviour.BRINGS_FRIEND,
    Story.WALKS_AWAY: Behaviour.WALKS_AWAY,
    Story.STAYS: Behaviour.STAYS,
    Story.LEAVES_BAG: Behaviour.LEAVES_BAG,
    Story.HESITANT: Behaviour.HESITATES,
}
ARTEFACTS: Mapping[Story, Species] = {Story.SHOWS_PRINT: Species.PRINT, Story.SHOWS_SCREEN: Species.SCREEN}
"""The holder's picture, held before the face of whoever came with the passport."""
DEMO_MIX = (
    Story.GENUINE, Story.IMPOSTOR, Story.GENUINE, Story.EXPIRED_VISA, Story.NO_VISA, Story.OTHER_PASSPORT,
    Story.TWO_PERSONS, Story.WALKS_AWAY, Story.GENUINE, Story.EXPIRED_PASSPORT, Story.HESITANT, Story.SWAPPED_PORTRAIT,
)  # fmt: skip

HELD_MIX = (*DEMO_MIX, *ARTEFACTS)
"""With stories that end in a hold: each keeps the lane for a minute, so it is for the virtual clock."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What the population needs of a cast member."""

    name: str = field(repr=False)
    sex: str
    age: int
    origin: str
    height_mm: int
    impostor: str = field(repr=False)
    """Who may stand in for this one at the camera without being taken for it."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One visit to the lane."""

    story: Story
    face: str = field(repr=False)
    height_mm: int
    page: Page = field(repr=False)
    behaviour: Behaviour
    companion: str | None = field(repr=False)
    visas: tuple[Visa, ...] = field(repr=False)
    alerts: tuple[Alert, ...] = field(repr=False)
    expected_outcome: str
    expected_reason: str
    artefact: Species | None = None


def stories(count: int, rng: random.Random, mix: Sequence[Story] = DEMO_MIX) -> tuple[Story, ...]:
    """The first is genuine; a whole mix is shuffled after it, and again."""
    told: list[Story] = [Story.GENUINE]
    while len(told) < count:
        told.extend(rng.sample(mix, len(mix)))
    return tuple(told[:count])


@dataclass(slots=True)
class Population:
    """Makes visitors. The same seed, the same people."""

    figures: Sequence[Figure] = field(repr=False)
    draw: Draw = field(repr=False)
    encode: Encode = field(repr=False)
    today: date
    rng: random.Random = field(repr=False)
    made: int = 0

    def visitor(self, story: Story) -> Visitor:
        holder = self.figures[self.made % len(self.figures)]
        self.made += 1
        fields = self._fields(holder, story)
        lines = write(fields, DocumentType.TD3)
        pictured = holder.impostor if story is Story.SWAPPED_PORTRAIT else holder.name
        outcome, reason = EXPECTED[story]
        return Visitor(
            story=story,
            face=holder.impostor if story is Story.IMPOSTOR else holder.name,
            height_mm=holder.height_mm,
            page=Page(self.draw(fields, lines, pictured), lines),
            behaviour=BEHAVIOURS.get(story, Behaviour.WALKS_THROUGH),
            companion=holder.impostor if story is Story.TWO_PERSONS else None,
            artefact=ARTEFACTS.get(story),
            visas=self._visas(holder, fields, story),
            alerts=_alerts(fields, story, self.made),
            expected_outcome=outcome,
            expected_reason=reason,
        )

    def _fields(self, holder: Figure, story: Story) -> MrzFields:
        given, _, surname = holder.name.upper().partition(" ")
        born = self.today - timedelta(days=round(holder.age * 365.25) + self.rng.randrange(1, 300))
        years = self.rng.randrange(1, 9)
        expires = self.today + timedelta(days=365 * years + self.rng.randrange(20, 300))
        if story is Story.EXPIRED_PASSPORT:
            expires = self.today - timedelta(days=self.rng.randrange(1, 300))
        return MrzFields(
            document_code="P",
            issuing_state=holder.origin,
            document_number=self._number(),
            surname=surname.replace("-", " "),
            given_names=given.replace("-", " "),
            nationality=holder.origin,
            sex=Sex(holder.sex),
            birth_date=birth_date(f"{born:%y%m%d}", self.today),
            expiry_date=expiry_date(f"{expires:%y%m%d}", self.today),
        )

    def _number(self) -> str:
        letters = "".join(self.rng.choice("CFGHJKLMNPRTVWXYZ") for _ in range(2))
        return f"{letters}{self.rng.randrange(10**6, 10**7)}"

    def _visas(self, holder: Figure, fields: MrzFields, story: Story) -> tuple[Visa, ...]:
        if story is Story.NO_VISA:
            return ()
        begins, ends = self.today - timedelta(days=40), self.today + timedelta(days=50)
        if story is Story.EXPIRED_VISA:
            begins, ends = self.today - timedelta(days=200), self.today - timedelta(days=3)
        number = self._number() if story is Story.OTHER_PASSPORT else fields.document_number
        return (
            Visa(
                record=f"V{self.made:06d}",
                issuing_state=fields.issuing_state,
                document_number=number,
                birth_date=fields.birth_date.text,
                surname=fields.surname,
                given_names=fields.given_names,
                nationality=fields.nationality,
                valid_from=begins,
                valid_until=ends,
                entries=1,
                portrait=self.encode(holder.name),
            ),
        )


def _alerts(fields: MrzFields, story: Story, made: int) -> tuple[Alert, ...]:
    if story is not Story.WATCHLISTED:
        return ()
    return (Alert(f"A{made:06d}", issuing_state=fields.issuing_state, document_number=fields.document_number),)
