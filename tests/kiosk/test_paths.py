"""What a crossing does when people, officers, doors and disks do not play along. All on the virtual clock."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from drivers.model import Button, OfficerAction, Prompt
from kiosk.ending import LOOK_ALIKE_S
from records.errors import JournalFailed
from records.model import CrossingRecord
from simulators.faults import Fault, FaultPlan, How
from simulators.population import Story
from simulators.world import CHAMBER_MM, Person
from tests.kiosk.toy import ToyRun, cross, face_image, page_image, toy_site


def ended(record: CrossingRecord) -> tuple[str, str]:
    return record.outcome, record.reason


def kinds(run: ToyRun) -> list[str]:
    return [entry.kind for entry in run.record.entries]


def later(run: ToyRun, when: Callable[[ToyRun], bool], then: Callable[[ToyRun], None]) -> None:
    """Do `then` once `when` holds, while the run goes on."""

    async def watch() -> None:
        while not when(run):  # noqa: ASYNC110  (the world is plain data: nothing to await)
            await asyncio.sleep(0.05)
        then(run)

    run.background.append(asyncio.get_running_loop().create_task(watch()))


def inside(run: ToyRun) -> bool:
    return bool(run.world.in_chamber()) and run.world.entry_permille == 0 and run.world.prompt is Prompt.LOOK_HERE


def when_inside(then: Callable[[ToyRun], None]) -> Callable[[ToyRun], None]:
    return lambda run: later(run, inside, then)


# --- determinism ---


def test_the_same_seed_gives_the_same_journal_byte_for_byte(tmp_path: Path) -> None:
    entries = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        run = cross(ToyRun(folder, seed=5), Story.GENUINE, Story.IMPOSTOR, Story.TWO_PERSONS)
        assert len(run.records) == 3
        with sqlite3.connect(folder / "journal.db") as connection:
            entries.append(connection.execute("SELECT * FROM entries ORDER BY position").fetchall())
        connection.close()
    assert entries[0] == entries[1]


def test_another_seed_gives_another_journal(tmp_path: Path) -> None:
    heads = []
    for seed in (5, 6):
        folder = tmp_path / str(seed)
        folder.mkdir()
        heads.append(cross(ToyRun(folder, seed=seed), Story.GENUINE).record.digest)
    assert heads[0] != heads[1]


# --- pixels decide ---


def test_another_face_before_the_camera_changes_the_outcome(tmp_path: Path) -> None:
    def swap(run: ToyRun) -> None:
        run.world.persons[0].face = "Bo Sample"

    run = cross(ToyRun(tmp_path, prepare=lambda run: later(run, lambda r: bool(r.world.persons), swap)), Story.GENUINE)
    assert ended(run.record) == ("REFERRED", "face_differs")


def test_another_line_on_the_page_changes_the_outcome(tmp_path: Path) -> None:
    def forge(run: ToyRun) -> None:
        page = run.world.page
        assert page is not None
        lines = [page.lines[0], page.lines[1][:-1] + str((int(page.lines[1][-1]) + 1) % 10)]
        next(iter(page.images.values()))[:] = page_image(lines, "Ada Example")

    run = cross(ToyRun(tmp_path, prepare=lambda r: later(r, lambda r: r.world.page is not None, forge)), Story.GENUINE)
    assert ended(run.record) == ("REFERRED", "check_digit_wrong")


# --- custody ---


def test_a_swap_of_persons_after_the_face_was_taken_opens_nothing(tmp_path: Path) -> None:
    """E45: somebody else stands inside although no door was seen to open: the count breaks for a moment."""
    examined: list[float] = []

    def slow_commit(run: ToyRun) -> None:
        def vanish(run: ToyRun) -> None:
            run.world.sensor_healthy = False
            asyncio.get_running_loop().call_later(0.2, setattr, run.world, "sensor_healthy", True)

        later(run, lambda r: bool(r.measure.examined_at_s[2:]), vanish)

    run = cross(ToyRun(tmp_path, prepare=slow_commit), Story.IMPOSTOR)
    assert run.world.exit_opened_at_s == []
    assert ended(run.record)[0] == "REFERRED"
    assert examined == []


def test_no_frame_from_before_the_entry_closed_is_ever_examined(tmp_path: Path) -> None:
    run = cross(ToyRun(tmp_path), Story.GENUINE)
    closed_s = next(e.at_s for e in run.record.entries if e.kind == "step" and e.fact("name") == "face")
    live = [at_s for at_s in run.measure.examined_at_s if at_s > 0]
    assert live
    assert min(live) > closed_s - 0.2


# --- officers ---


def plan(action: OfficerAction, reason: str) -> Callable[[ToyRun], None]:
    def prepare(run: ToyRun) -> None:
        assert run.officer is not None
        run.officer.plan = {reason: action}

    return prepare


def test_an_officers_pass_opens_the_exit_and_is_durable_first(tmp_path: Path) -> None:
    run = cross(ToyRun(tmp_path, prepare=plan(OfficerAction.PASS, "face_differs")), Story.IMPOSTOR)
    assert ended(run.record) == ("OFFICER_PASSED", "officer_passed")
    decided_s = max(entry.at_s for entry in run.record.entries if entry.kind == "decided")
    assert [decided_s <= opened for opened in run.world.exit_opened_at_s] == [True]


def test_no_officer_lets_a_watchlist_hit_through_at_the_lane(tmp_path: Path) -> None:
    run = cross(ToyRun(tmp_path, prepare=plan(OfficerAction.PASS, "watchlist_hit")), Story.WATCHLISTED)
    assert ended(run.record) == ("REFERRED", "watchlist_hit")
    assert run.world.exit_opened_at_s == []


def test_an_officer_lets_a_traveller_try_again_and_the_record_says_so(tmp_path: Path) -> None:
    run = cross(ToyRun(tmp_path, prepare=plan(OfficerAction.RETRY, "face_differs")), Story.IMPOSTOR)
    assert ended(run.record) == ("SENT_BACK", "face_differs")
    assert [entry.fact("action") for entry in run.record.entries if entry.kind == "officer"] == ["retry"]
    assert run.officer is not None and run.officer.asked[0].may_retry
    assert run.record.sealed_at_s - run.officer.asked[0].opened_at_s >= LOOK_ALIKE_S, "nor is this told by its haste"
    assert run.world.exit_opened_at_s == []


def test_nobody_tries_again_after_an_alert(tmp_path: Path) -> None:
    run = cross(ToyRun(tmp_path, prepare=plan(OfficerAction.RETRY, "watchlist_hit")), Story.WATCHLISTED)
    assert ended(run.record) == ("REFERRED", "watchlist_hit")
    assert run.officer is not None and not run.officer.asked[0].may_retry


@pytest.mark.slow
def test_a_hold_ends_when_nobody_renews_it(tmp_path: Path) -> None:
    def hold(run: ToyRun) -> None:
        assert run.officer is not None
        run.officer.plan = {"face_differs": OfficerAction.HOLD}
        run.officer.renewals = 1

    run = cross(ToyRun(tmp_path, prepare=hold), Story.IMPOSTOR)
    assert ended(run.record) == ("HELD", "face_differs")
    with run.journal() as journal:
        holds = [entry for entry in journal.read(run.record.transaction) if entry.kind == "hold"]
    assert [entry.fact("renewed") for entry in holds] == [True, False]
    assert all(later.at_s - run.record.sealed_at_s <= 121 for later in holds)
    assert run.travellers[0].gone
    assert not run.travellers[0].passed


def test_without_an_officer_nobody_is_served(tmp_path: Path) -> None:
    def leave(run: ToyRun) -> None:
        assert run.officer is not None
        run.officer.is_present = False

    run = cross(ToyRun(tmp_path, prepare=leave), Story.GENUINE, patience_s=30.0)
    assert run.records == []
    assert run.world.prompt is Prompt.CLOSED


def test_an_officers_answer_to_another_case_is_no_answer(tmp_path: Path) -> None:
    class Confused:
        async def __call__(self, call: object, proceed: Callable[[], Awaitable[object]]) -> object:
            answer = await proceed()
            if getattr(call, "operation", "") == "ask":
                from dataclasses import replace

                return replace(answer, transaction="another")  # type: ignore[type-var]  (it is a decision)
            return answer

    run = cross(ToyRun(tmp_path, faults=Confused(), prepare=plan(OfficerAction.PASS, "face_differs")), Story.IMPOSTOR)
    assert ended(run.record) == ("REFERRED", "face_differs")


@pytest.mark.slow
def test_every_referral_looks_alike_for_its_first_seconds(tmp_path: Path) -> None:
    """A watchlist hit, a face that differs and a hold show the same prompt and move no door for as long."""
    quiet_s = []
    for story, action in ((Story.IMPOSTOR, OfficerAction.REFER), (Story.WATCHLISTED, OfficerAction.REFER)):
        folder = tmp_path / story.value
        folder.mkdir()
        run = cross(ToyRun(folder, prepare=plan(action, "face_differs")), story)
        assert run.officer is not None
        assert len(run.officer.asked) == 1
        quiet_s.append(run.record.sealed_at_s - run.officer.asked[0].opened_at_s)
    assert quiet_s == pytest.approx([LOOK_ALIKE_S, LOOK_ALIKE_S], abs=0.3)


# --- interruptions ---


def test_help_hands_over_to_an_officer(tmp_path: Path) -> None:
    run = cross(
        ToyRun(tmp_path, prepare=when_inside(lambda run: run.world.pressed.append(Button.HELP))), Story.IMPOSTOR
    )
    assert ended(run.record) == ("REFERRED", "help_requested")
    assert run.travellers[0].gone


def test_fire_frees_both_doors_and_ends_the_crossing(tmp_path: Path) -> None:
    def fire(run: ToyRun) -> None:
        run.world.fire = True

    run = cross(ToyRun(tmp_path, prepare=when_inside(fire)), Story.IMPOSTOR, patience_s=60.0)
    assert ended(run.record) == ("EMERGENCY", "emergency_released")
    assert (run.world.entry_permille, run.world.exit_permille) == (1000, 1000)


def test_an_officer_sends_back_by_himself(tmp_path: Path) -> None:
    def send_back(run: ToyRun) -> None:
        assert run.officer is not None
        run.officer.act(OfficerAction.SEND_BACK)

    run = cross(ToyRun(tmp_path, prepare=when_inside(send_back)), Story.IMPOSTOR)
    assert ended(run.record) == ("SENT_BACK", "officer_sent_back")


def test_a_person_who_steps_in_beside_the_traveller_stops_the_crossing(tmp_path: Path) -> None:
    def appear(run: ToyRun) -> None:
        run.world.persons.append(Person("stranger", "Ada Example", x_mm=CHAMBER_MM / 2, y_mm=320.0))
        asyncio.get_running_loop().call_later(20.0, run.world.persons.pop)

    run = cross(ToyRun(tmp_path, prepare=when_inside(appear)), Story.GENUINE)
    assert run.record.outcome == "REFERRED"
    assert run.world.exit_opened_at_s == []


# --- time ---


def test_the_machines_part_ends_within_a_minute(tmp_path: Path) -> None:
    site = toy_site(until_decision_s=40.0)
    hung = FaultPlan([Fault("camera", "next_frame", How.LATE, None, 1.9)])
    run = cross(ToyRun(tmp_path, site=site, faults=hung), Story.IMPOSTOR)
    assert run.record.sealed_at_s - run.record.opened_at_s <= 60.0


def test_who_slips_out_while_the_exit_closes_has_passed(tmp_path: Path) -> None:
    """The grant is not annulled, and the visa's entry is used up."""
    widest = [0]

    def closing(run: ToyRun) -> bool:
        widest[0] = max(widest[0], run.world.exit_permille)
        return widest[0] == 1000 and 500 <= run.world.exit_permille < 1000

    def slip_out(run: ToyRun) -> None:
        assert run.world.move(run.world.persons[0], CHAMBER_MM + 2000.0)

    run = cross(ToyRun(tmp_path, prepare=lambda run: later(run, closing, slip_out)), Story.STAYS, patience_s=60.0)
    assert ended(run.record) == ("PASSED", "passed")
    assert {"passed", "entry_consumed"} <= set(kinds(run))


# --- records ---


def test_a_decision_that_cannot_be_written_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from records.journal import Journal

    flush = Journal.flush

    def full(self: Journal) -> None:
        if any(entry.kind == "decided" for entry in self._waiting):
            raise JournalFailed("the journal has no room left: free space on the disk")
        flush(self)

    def fill_up(run: ToyRun) -> None:
        monkeypatch.setattr(Journal, "flush", full)

    def make_room() -> None:
        monkeypatch.setattr(Journal, "flush", flush)

    def prepare(run: ToyRun) -> None:
        later(run, lambda run: run.world.prompt is Prompt.WALK_IN, fill_up)
        later(run, lambda run: bool(run.records), lambda _run: make_room())

    run = cross(ToyRun(tmp_path, prepare=prepare), Story.GENUINE)
    assert ended(run.records[0]) == ("REFERRED", "record_not_durable")
    assert not run.records[0].durable
    assert run.world.exit_opened_at_s == []
    with run.journal() as journal:
        assert journal.verify().holds
        assert journal.unsealed() == ()


def test_nothing_personal_reaches_the_journals_file(tmp_path: Path) -> None:
    run = cross(ToyRun(tmp_path), Story.GENUINE, Story.EXPIRED_VISA, Story.IMPOSTOR)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("journal.db*"))
    for traveller in run.travellers:
        line1, line2 = traveller.page.lines
        for personal in (line1[:20], line1[5:].strip("<"), line2[:9], line2[13:19], line2):
            assert personal.encode() not in kept
        assert face_image([traveller.person.face]).tobytes() not in kept
