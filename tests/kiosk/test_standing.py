"""Who may command what of a lane, and how it stands afterwards. Every role, every command."""

import pytest

from drivers.model import LaneCommand, LaneOrder
from kiosk.standing import RIGHTS, Standing, obey
from link.staff import StaffRole

ROLES_OF_THE_NOTE = {
    LaneCommand.OPEN: {StaffRole.LANE_OFFICER, StaffRole.SHIFT_SUPERVISOR},
    LaneCommand.CLOSE_AFTER_CURRENT: {StaffRole.LANE_OFFICER, StaffRole.SHIFT_SUPERVISOR},
    LaneCommand.CLOSE_NOW: {StaffRole.LANE_OFFICER, StaffRole.SHIFT_SUPERVISOR},
    LaneCommand.RELEASE: {StaffRole.ASSISTANT, StaffRole.LANE_OFFICER, StaffRole.SHIFT_SUPERVISOR},
    LaneCommand.RELEASE_ONWARD: {StaffRole.SHIFT_SUPERVISOR},
    LaneCommand.ENTER_MAINTENANCE: {StaffRole.ENGINEER, StaffRole.SHIFT_SUPERVISOR},
    LaneCommand.LEAVE_MAINTENANCE: {StaffRole.ENGINEER, StaffRole.SHIFT_SUPERVISOR},
}
LOCKED = Standing(locked_out_by="e-1")


def order(command: LaneCommand, role: StaffRole, officer: str = "o-1") -> LaneOrder:
    return LaneOrder("1", command, officer, role, "drill")


@pytest.mark.parametrize("role", StaffRole)
@pytest.mark.parametrize("command", LaneCommand)
def test_every_command_has_its_roles_and_no_others(command: LaneCommand, role: StaffRole) -> None:
    before = LOCKED if command is LaneCommand.LEAVE_MAINTENANCE else Standing()
    after, refusal = obey(before, order(command, role, "e-1"))
    assert (not refusal) is (role in ROLES_OF_THE_NOTE[command])
    if refusal:
        assert after == before
    assert set(RIGHTS) == set(LaneCommand)


def test_opening_ends_a_closing_and_a_latch() -> None:
    shut = Standing(closed_by="o-2", latched="tampered")
    assert obey(shut, order(LaneCommand.OPEN, StaffRole.LANE_OFFICER)) == (Standing(), "")


def test_nobody_opens_a_lane_that_is_locked_out() -> None:
    after, refusal = obey(LOCKED, order(LaneCommand.OPEN, StaffRole.SHIFT_SUPERVISOR))
    assert after == LOCKED
    assert "maintenance" in refusal


def test_a_lock_out_is_taken_off_by_who_set_it_or_by_a_supervisor() -> None:
    leave = LaneCommand.LEAVE_MAINTENANCE
    assert obey(LOCKED, order(leave, StaffRole.ENGINEER, "e-2"))[1]
    for officer, role in (("e-1", StaffRole.ENGINEER), ("s-1", StaffRole.SHIFT_SUPERVISOR)):
        after, refusal = obey(LOCKED, order(leave, role, officer))
        assert not refusal
        assert after == Standing(closed_by=officer)  # it serves nobody before an officer opens it


def test_a_second_engineer_does_not_take_the_lock_out_over() -> None:
    assert obey(LOCKED, order(LaneCommand.ENTER_MAINTENANCE, StaffRole.ENGINEER, "e-2"))[1]
    assert obey(LOCKED, order(LaneCommand.ENTER_MAINTENANCE, StaffRole.ENGINEER, "e-1")) == (LOCKED, "")


def test_there_is_no_maintenance_to_leave_where_there_is_none() -> None:
    assert obey(Standing(), order(LaneCommand.LEAVE_MAINTENANCE, StaffRole.ENGINEER))[1]


@pytest.mark.parametrize("standing", [Standing(), LOCKED, Standing("o-1", "tampered", "e-1")])
def test_what_the_journal_keeps_reads_back_the_same(standing: Standing) -> None:
    assert Standing.of(standing.facts()) == standing
    assert bool(standing.words) is (standing != Standing())
