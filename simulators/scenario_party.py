"""Who comes with a traveller of a scenario, what they have with them, and how they walk together.

Sizes and places are those of simulators/walks.py: a case is pulled behind its owner, a trolley pushed ahead, a bag
hangs at the side; a child holds a hand, sits on an arm, or crawls; a wheelchair carries whoever sits in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulators.scenario import CompanionName
from simulators.scenario_people import Comer
from simulators.traveller import PLACE_MM
from simulators.world import BESIDE_MM, Carried, Luggage, Person

FRIENDS_MM = -2600.0
SEATED_MM = 1250
TROLLEY_PLACE_MM = 380.0
"""Where somebody stops whose trolley must fit into the chamber before him."""
BEFORE_A_CRAWLER_MM = 1250.0
"""Further in, so that whoever crawls behind is clear of the entry's leaf."""
CARRIED_AT: Mapping[Luggage, Carried] = {
    Luggage.CABIN_CASE: Carried(Luggage.CABIN_CASE, -420.0),
    Luggage.SUITCASE: Carried(Luggage.SUITCASE, -450.0),
    Luggage.BACKPACK: Carried(Luggage.BACKPACK),
    Luggage.HANDBAG: Carried(Luggage.HANDBAG, 0.0, -265.0),
    Luggage.DUFFEL: Carried(Luggage.DUFFEL, 0.0, -265.0),
    Luggage.TROLLEY: Carried(Luggage.TROLLEY, 800.0),
    Luggage.LOADED_TROLLEY: Carried(Luggage.LOADED_TROLLEY, 800.0),
    Luggage.WHEELCHAIR: Carried(Luggage.WHEELCHAIR),
    Luggage.HAT: Carried(Luggage.HAT),
}
"""Where each piece is, seen from its owner."""


@dataclass(frozen=True, slots=True)
class Party:
    """One visit's people. `place_mm` is where the traveller stops for the camera."""

    traveller: Person
    companion: Person | None = field(default=None)
    place_mm: float = PLACE_MM


def party_of(comer: Comer) -> Party:
    """The traveller with luggage and companion, all still in the hall."""
    said = comer.said
    carries = tuple(CARRIED_AT[piece] for piece in said.luggage)
    sits = Luggage.WHEELCHAIR in said.luggage
    person = Person(
        said.name,
        comer.face,
        height_mm=said.height_mm or SEATED_MM if sits else comer.height_mm,
        covered=said.covered,
        artefact=said.shows,
        carries=carries,
        seated=sits,
    )
    pushes = {Luggage.TROLLEY, Luggage.LOADED_TROLLEY} & set(said.luggage)
    place_mm = TROLLEY_PLACE_MM if pushes else PLACE_MM
    wanted = "adult" if said.behaviour == "brings_friend" and said.companion == "nobody" else said.companion
    if wanted == "nobody":
        return Party(person, place_mm=place_mm)
    if wanted == "child_crawling":
        place_mm = BEFORE_A_CRAWLER_MM
    return Party(person, _companion(wanted, comer, person), place_mm)


def _companion(wanted: CompanionName, comer: Comer, beside: Person) -> Person:
    """Both keep to their side of the lane, except for whoever is carried or pushed."""
    name, face = f"{beside.name}-friend", comer.companion
    if wanted == "child_on_arm":
        return Person(name, face, beside.x_mm + 150.0, 150.0, height_mm=1580, carried_by=beside.name)
    if wanted == "wheelchair_user":
        chair = CARRIED_AT[Luggage.WHEELCHAIR]
        return Person(name, face, FRIENDS_MM, height_mm=SEATED_MM, seated=True, carries=(chair,))
    beside.y_mm = -BESIDE_MM
    friend = Person(name, face, FRIENDS_MM, BESIDE_MM)
    if wanted == "child_at_hand":
        friend.height_mm = 1050
    if wanted == "child_crawling":
        friend.height_mm, friend.crawling, friend.y_mm = 900, True, BESIDE_MM + 60.0
    return friend
