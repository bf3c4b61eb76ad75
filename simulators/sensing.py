"""What the lane's sensors see of the world: twelve light barriers, an overhead people counter, two door thresholds."""

from dataclasses import dataclass

from simulators.world import BODY_HALF_DEPTH_MM, CHAMBER_MM, World

BARRIERS_MM = tuple(-220.0 + index * (CHAMBER_MM + 440.0) / 11 for index in range(12))
BARRIER_HEIGHT_MM = 250
"""The beams run this high above the floor: a thing lower than this is not seen by them."""
THRESHOLD_MM = 250.0
"""A body this near to a door's plane stands in its way."""


@dataclass(frozen=True, slots=True)
class Sensed:
    barriers: int
    """Bit n: barrier n+1 is interrupted."""
    persons: int | None
    """People between the two doors' planes; None when the counter cannot tell."""
    confidence: int
    healthy: bool
    entry_clear: bool
    exit_clear: bool


def sense(world: World) -> Sensed:
    """The truth as the sensors report it, with the faults that the world has given them."""
    bodies = [person.x_mm for person in world.persons]
    things = [thing.x_mm for thing in world.things if thing.height_mm > BARRIER_HEIGHT_MM]
    barriers = world.barriers_stuck
    for index, beam_mm in enumerate(BARRIERS_MM):
        if any(abs(x_mm - beam_mm) <= BODY_HALF_DEPTH_MM for x_mm in (*bodies, *things)):
            barriers |= 1 << index
    barriers &= ~world.barriers_dead
    count = max(0, len(world.in_chamber()) + world.sensor_offset)
    return Sensed(
        barriers=barriers,
        persons=count if world.sensor_healthy else None,
        confidence=95 if world.sensor_healthy else 0,
        healthy=world.sensor_healthy,
        entry_clear=not any(abs(x_mm) < THRESHOLD_MM for x_mm in (*bodies, *things)),
        exit_clear=not any(abs(x_mm - CHAMBER_MM) < THRESHOLD_MM for x_mm in (*bodies, *things)),
    )
