"""Every state that the door controller can reach, breadth first, over the very `step` that the simulators run.

What may never be seen is stated in simulators/door_rules.py; what may happen, in simulators/door_scene.py. A violation
is given with the shortest way to it.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulators import door_controller
from simulators.door_rules import broken_rule
from simulators.door_scene import HALF, Disturbance, Scene, Sent, Step, canonical, host_choices, scans, world_moves
from simulators.door_state import boot

WAY_OUT_SCANS = 12
"""A silent host's chamber must have a door half open after so many scans."""
ALL = tuple(disturbance for disturbance in Disturbance if disturbance is not Disturbance.NONE)
SILENCE = (Sent("silence", None),)


class Violation(Exception):
    """A rule was broken; `way` leads there from the start."""

    def __init__(self, rule: str, way: tuple[str, ...]) -> None:
        super().__init__(f"{rule}, after: {' / '.join(way)}")
        self.rule = rule
        self.way = way


@dataclass(frozen=True, slots=True)
class Explored:
    states: int
    transitions: int
    need_button: int
    """Occupied states in which only the emergency button inside opens a door; each has something broken."""
    is_complete: bool
    """Every reachable state was visited; False when `limit` ended it."""


def explore(
    disturbances: tuple[Disturbance, ...] = ALL,
    hosts: tuple[Sent, ...] = host_choices(),
    step: Step = door_controller.step,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Explored:
    """Visit all that can be reached. Raises Violation for the nearest scene that breaks a rule."""
    start = Scene(canonical(boot()))
    came_from: dict[Scene, tuple[Scene, str] | None] = {start: None}
    queue = deque([start])
    transitions = visited = 0
    while queue and (limit is None or visited < limit):
        scene = queue.popleft()
        visited += 1
        for words, after in _successors(scene, disturbances, hosts, step, came_from):
            transitions += 1
            if after not in came_from:
                came_from[after] = scene, words
                queue.append(after)
        if progress is not None and visited % 1000 == 0:
            progress(visited)
    need_button = _search_ways_out(came_from, step)
    return Explored(len(came_from), transitions, need_button, not queue)


def _successors(
    scene: Scene,
    disturbances: tuple[Disturbance, ...],
    hosts: tuple[Sent, ...],
    step: Step,
    came_from: dict[Scene, tuple[Scene, str] | None],
) -> Iterator[tuple[str, Scene]]:
    for words, after in world_moves(scene, disturbances):
        if after.allowed < 0 and not after.excused:
            raise Violation("S5: more people pass than permits allow", (*_way(scene, came_from), words))
        yield words, after
    for seen in scans(scene, hosts, step):
        rule = broken_rule(seen)
        if rule is not None:
            raise Violation(rule, (*_way(scene, came_from), seen.order.words))
        yield seen.order.words, seen.after


def _way(scene: Scene, came_from: dict[Scene, tuple[Scene, str] | None]) -> tuple[str, ...]:
    words = []
    link = came_from[scene]
    while link is not None:
        words.append(link[1])
        link = came_from[link[0]]
    return tuple(reversed(words))


def _search_ways_out(came_from: dict[Scene, tuple[Scene, str] | None], step: Step) -> int:
    """S6: whoever is inside gets out when the host is silent; if something is broken, by the button at the latest."""
    free: dict[Scene, bool] = {}
    need_button = 0
    for scene in came_from:
        if not scene.persons or _gets_out(scene, step, free):
            continue
        need_button += 1
        if not (scene.state.fault or scene.disturbance):
            raise Violation("S6: somebody inside has no way out", _way(scene, came_from))
        if not _gets_out(scene._replace(disturbance=Disturbance.BUTTON), step, {}):
            raise Violation("S6: the emergency button opens no door", _way(scene, came_from))
    return need_button


def _gets_out(scene: Scene, step: Step, free: dict[Scene, bool]) -> bool:
    """With a silent host and nobody in the doorways a door comes to stand half open."""
    path = []
    scene = scene._replace(entry_blocked=False, exit_blocked=False)
    for _ in range(WAY_OUT_SCANS):
        if scene in free or max(scene.entry_permille, scene.exit_permille) >= HALF:
            break
        path.append(scene)
        scene = next(scans(scene, SILENCE, step)).after
    is_out = free.get(scene, max(scene.entry_permille, scene.exit_permille) >= HALF)
    free.update(dict.fromkeys(path, is_out))
    return is_out
