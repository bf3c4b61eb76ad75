"""Two sensors look at people, luggage and things: who is counted, who is doubted, and what is left behind."""

import itertools
import random
from collections.abc import Callable

import pytest

from benchmarks.sensing import VARIATIONS, Lane, is_alarm, leaves, walk_through
from kiosk.interlock import is_countable
from simulators.heads import Kind, Shape, shapes_in
from simulators.height_map import COLUMNS, ROWS, seen_from_above
from simulators.presence import COAST_MS, DOUBTFUL, SURE, UNHEALTHY_MS, PeopleCounter
from simulators.sensing import BARRIERS_MM, Sensors
from simulators.shapes import solids_of
from simulators.walks import OBJECTS, TWO, Party, random_traveller, varied
from simulators.world import CHAMBER_MM, LANE_HALF_MM, Carried, Luggage, Person, Thing, World

TICK_MS = 50
MIDDLE_MM = CHAMBER_MM / 2


def kinds(*persons: Person, picture: int = 0) -> list[Kind]:
    world = World(persons=list(persons))
    return sorted((shape.kind for shape in shapes_in(seen_from_above(solids_of(world), picture))), key=str)


def standing(x_mm: float = MIDDLE_MM, y_mm: float = 0.0, **more: object) -> Person:
    return Person("somebody", "", x_mm, y_mm, **more)  # type: ignore[arg-type]  # what a Person takes


# --- the overhead sensor alone ---


@pytest.mark.parametrize("height_mm", [720, 900, 1200, 1500, 1700, 2000, 2300])
@pytest.mark.parametrize("picture", range(4))
def test_one_head_a_person_of_any_height(height_mm: int, picture: int) -> None:
    assert kinds(standing(x_mm=700.0 + 7 * picture, height_mm=height_mm), picture=picture).count(Kind.HEAD) == 1


@pytest.mark.parametrize("luggage", list(Luggage))
def test_no_luggage_is_a_head(luggage: Luggage) -> None:
    seats = luggage is Luggage.WHEELCHAIR
    ahead_mm = 800.0 if luggage in (Luggage.TROLLEY, Luggage.LOADED_TROLLEY) else 0.0
    beside_mm = 0.0 if ahead_mm or seats or luggage in (Luggage.BACKPACK, Luggage.HAT) else 330.0
    person = standing(
        500.0, height_mm=1250 if seats else 1700, seated=seats, carries=(Carried(luggage, ahead_mm, beside_mm),)
    )
    seen = kinds(person)
    assert [kind for kind in seen if kind is not Kind.THING] == [Kind.HEAD]


def test_somebody_on_the_floor_is_a_person() -> None:
    assert kinds(standing(crawling=True)) == [Kind.CRAWLER]


@pytest.mark.parametrize("height_mm", [700, 900, 1150, 1300, 1500, 1900])
@pytest.mark.parametrize("picture", range(4))
def test_a_child_of_any_size_on_the_floor_is_a_person(height_mm: int, picture: int) -> None:
    child = standing(700.0 + 61 * picture, 90.0 * picture - 150.0, crawling=True, height_mm=height_mm)
    assert kinds(child, picture=picture) == [Kind.CRAWLER]


def test_a_child_on_the_floor_whom_somebody_stands_over_is_in_doubt() -> None:
    child = Person("child", "", 700.0, 200.0, height_mm=900, crawling=True)
    assert Kind.DOUBTFUL in kinds(standing(720.0, -60.0), child)


@pytest.mark.parametrize("picture", range(16))
def test_a_child_beside_a_rucksack_that_is_higher_than_it(picture: int) -> None:
    """The rucksack's own edge, blurred, is as high as the child is; that makes the child no bag."""
    tall = Person("tall", "", 693.0, 215.0, height_mm=1414, carries=(Carried(Luggage.BACKPACK),))
    assert kinds(standing(332.0, height_mm=946), tall, picture=picture).count(Kind.HEAD) == 2


def test_two_cases_in_a_row_do_not_crawl() -> None:
    world = World(things=[Thing("one", 700.0, 700, 0.0, 480.0, 320.0), Thing("two", 1190.0, 700, 0.0, 480.0, 320.0)])
    assert [shape.kind for shape in shapes_in(seen_from_above(solids_of(world), 0))] == [Kind.THING]


def test_an_empty_lane_shows_nothing() -> None:
    for picture in range(16):
        heights = seen_from_above([], picture)
        assert heights.shape == (COLUMNS, ROWS)
        assert shapes_in(heights) == ()


# --- both together ---


class Look:
    """The sensors of a world, looked at every 50 ms."""

    def __init__(self, *persons: Person) -> None:
        self.world = World(persons=list(persons), entry_permille=1000, exit_permille=1000)
        self.sensors = Sensors(self.world)
        self.wait(0.1)

    def wait(self, seconds: float) -> None:
        for _ in range(round(1000 * seconds / TICK_MS)):
            self.sensors.refresh()
            self.seen = self.sensors.sense(TICK_MS).presence


def test_two_sensors_that_agree_are_sure() -> None:
    look = Look(standing())
    assert (look.seen.count, look.seen.confidence, look.seen.healthy, look.seen.agree) == (1, 95, True, True)
    (blob,) = look.seen.blobs
    assert blob.is_inside and abs(blob.x_mm - MIDDLE_MM) < 30 and abs(blob.height_mm - 1700) < 60


def test_every_place_of_the_chamber_is_seen_by_a_beam() -> None:
    assert max(later - former for former, later in itertools.pairwise(BARRIERS_MM)) < 2 * 110
    for x_mm in range(60, int(CHAMBER_MM) - 50, 37):
        assert Look(standing(float(x_mm), height_mm=900)).seen.agree


@pytest.mark.parametrize("offset", [1, -1])
def test_a_person_that_only_one_sensor_sees_is_doubted_at_once_and_then_not_believed(offset: int) -> None:
    look = Look(standing())
    look.world.sensor_offset = offset
    look.wait(0.4)
    assert look.seen.confidence < 80 and not look.seen.agree
    look.wait(UNHEALTHY_MS / 1000)
    assert look.seen.count is None and not look.seen.healthy


def test_a_beam_that_nothing_explains_is_doubted() -> None:
    look = Look(standing(400.0))
    look.world.barriers_stuck = 1 << 8
    look.wait(0.1)
    assert look.seen.confidence < 80


def test_an_overhead_sensor_that_shows_an_old_picture_is_found_out_by_the_beams() -> None:
    look = Look(standing(400.0))
    look.sensors.overhead_frozen = True
    look.world.persons[0].x_mm = 1300.0
    look.wait(0.1)
    assert look.seen.confidence < 80


def test_a_dead_overhead_sensor_counts_nobody_and_wakes_with_whoever_is_there() -> None:
    look = Look(standing())
    look.world.sensor_healthy = False
    look.wait(0.05)
    assert (look.seen.count, look.seen.healthy) == (None, False)
    look.world.sensor_healthy = True
    look.wait(0.05)
    assert look.seen.count == 1


def test_a_head_that_one_picture_misses_is_kept() -> None:
    look = Look(standing())
    look.world.persons[0].x_mm += 1.0
    look.sensors.counter.look((), 0b100000, BARRIERS_MM, TICK_MS)
    look.wait(0.05)
    assert look.seen.count == 1
    look.world.persons.clear()
    look.wait(COAST_MS / 1000 + 0.1)
    assert look.seen.count == 0


def shape(x_mm: float) -> Shape:
    return Shape(Kind.HEAD, x_mm, 0.0, 1700.0)


THING = Shape(Kind.THING, MIDDLE_MM, 0.0, 900.0)


def looked(counter: PeopleCounter, seconds: float, *shapes: Shape) -> tuple[int | None, int]:
    """What is said of it when both sensors have seen this for so long."""
    beams = sum(1 << n for n, beam_mm in enumerate(BARRIERS_MM) if any(abs(beam_mm - s.x_mm) < 110 for s in shapes))
    for _ in range(round(1000 * seconds / TICK_MS)):
        seen = counter.look(shapes, beams, BARRIERS_MM, TICK_MS)
    return seen.count, seen.confidence


def test_who_was_inside_and_is_seen_no_more_makes_every_count_doubtful_until_found() -> None:
    counter = PeopleCounter()
    assert looked(counter, 1.0, shape(500.0), shape(MIDDLE_MM)) == (2, SURE)
    assert looked(counter, 5.0, shape(500.0), THING) == (1, DOUBTFUL)
    assert looked(counter, 0.2, shape(500.0), shape(MIDDLE_MM)) == (2, SURE)


def test_who_is_found_and_lost_again_is_missed_again() -> None:
    counter = PeopleCounter()
    looked(counter, 1.0, shape(500.0), shape(MIDDLE_MM))
    for _ in range(3):
        assert looked(counter, 0.5, shape(500.0), THING) == (1, DOUBTFUL)
        looked(counter, TICK_MS / 1000, shape(500.0), shape(MIDDLE_MM))
    assert looked(counter, 0.5, shape(500.0), THING) == (1, DOUBTFUL)


def test_who_turns_up_before_the_door_is_not_who_was_lost_amid_the_chamber() -> None:
    counter = PeopleCounter()
    looked(counter, 1.0, shape(500.0), shape(MIDDLE_MM))
    assert looked(counter, 1.0, shape(500.0), THING, shape(-200.0)) == (1, DOUBTFUL)


def test_a_look_that_took_no_time_is_not_the_last_word_on_who_is_gone() -> None:
    """A command may fall on the very scan after which somebody is seen no more: he stayed counted for ever."""
    counter = PeopleCounter()
    looked(counter, 1.0, shape(MIDDLE_MM))
    counter.look((), 0, BARRIERS_MM, 0)
    assert looked(counter, 0.5) == (0, SURE)


def test_a_bare_chamber_hides_nobody() -> None:
    counter = PeopleCounter()
    looked(counter, 1.0, shape(MIDDLE_MM))
    assert looked(counter, 0.5) == (0, SURE)


def test_who_left_by_a_door_is_not_missing() -> None:
    counter = PeopleCounter()
    for x_mm in range(500, -300, -50):
        looked(counter, TICK_MS / 1000, shape(float(x_mm)), shape(MIDDLE_MM))
    assert looked(counter, 1.0, shape(MIDDLE_MM)) == (1, SURE)


def test_somebody_whose_picture_comes_late_is_still_the_same() -> None:
    """A stalled sensor, or a demo at three times the speed: nobody is counted twice for it."""
    look = Look(standing(400.0))
    for x_mm in (800.0, 1200.0, 1600.0):
        look.world.persons[0].x_mm = x_mm
        look.wait(0.05)
        assert (look.seen.count, len(look.seen.blobs)) == (1, 1)


def test_somebody_who_turns_round_in_the_doorway_was_never_inside() -> None:
    look = Look(standing(-300.0))
    for x_mm in (-200.0, -100.0, 0.0, 20.0, 0.0, -100.0, -300.0):
        look.world.persons[0].x_mm = x_mm
        look.wait(0.1)
        assert look.seen.count == 0


def test_people_can_be_dragged_as_far_as_doors_and_walls_let_them() -> None:
    world = World(persons=[standing()])
    (person,) = world.persons
    assert world.place(person, 1000.0, 100.0)
    assert not world.place(person, CHAMBER_MM + 500.0, 2000.0)
    assert person.x_mm < CHAMBER_MM and person.y_mm < LANE_HALF_MM


def test_a_child_goes_where_its_bearer_goes() -> None:
    child = Person("child", "", 1050.0, 150.0, height_mm=1500, carried_by="somebody")
    world = World(persons=[standing(), child])
    world.move(world.persons[0], 1100.0)
    assert child.x_mm == 1250.0


# --- a whole lane of doors ---


@pytest.mark.slow
@pytest.mark.parametrize("make", TWO.values(), ids=TWO.keys())
def test_two_people_are_never_taken_for_one(make: Callable[[], Party]) -> None:
    for number in (None, *range(2)):
        party = make() if number is None else varied(make(), random.Random(number))
        passage = walk_through(party)
        assert passage.one == 0 and passage.refused and passage.out == 0
        assert passage.tailgates or passage.most > 1


@pytest.mark.parametrize("make", OBJECTS.values(), ids=OBJECTS.keys())
def test_what_is_left_behind_is_told(make: Callable[[], Thing]) -> None:
    assert leaves(make())


@pytest.mark.slow
def test_single_travellers_with_luggage_raise_no_alarm() -> None:
    alarms = [is_alarm(walk_through(random_traveller(random.Random(f"test-{number}")))) for number in range(60)]
    assert alarms.count("") == len(alarms)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_false_alarms_on_a_thousand_travellers(long_scale: float) -> None:
    """N13: at most 0.5 %; the whole run is `egate bench sensing`."""
    walks = max(100, round(1000 * long_scale))
    alarms = [is_alarm(walk_through(random_traveller(random.Random(f"long-{number}")))) for number in range(walks)]
    assert len(alarms) - alarms.count("") <= 0.005 * walks
    assert VARIATIONS > 1


def test_somebody_who_comes_in_by_the_open_exit_is_told_as_a_tailgater() -> None:
    lane = Lane()
    lane.world.exit_permille = 1000
    lane.plant._exit.permille = 1000.0
    lane.world.persons.append(standing(CHAMBER_MM + 300.0))
    lane.tick()
    for x_mm in range(int(CHAMBER_MM) + 200, 1000, -100):
        lane.world.persons[0].x_mm = float(x_mm)
        status = lane.tick()
    assert status.tailgates >= 1
    assert not is_countable(status, 1) or status.exit_permille > 0
