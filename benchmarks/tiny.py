"""Pictures and travellers for benches that play thousands of crossings in which no pixel is looked at."""

from collections.abc import Callable
from datetime import date
from functools import cache

import numpy as np

from drivers.model import Image
from simulators.scenario import Traveller
from simulators.scenario_people import Comer, comers
from simulators.world import World


def tiny(_world: World, _seed: int) -> Callable[[float], Image]:
    """Each picture another one, so that the camera does not look frozen."""
    return lambda now_s: np.full((4, 4, 3), 40 + round(10 * now_s) % 200, np.uint8)


@cache
def once(said: tuple[Traveller, ...], today: date, seed: int) -> tuple[Comer, ...]:
    """The same travellers in every run: their pages are drawn once."""
    return comers(said, today, seed)
