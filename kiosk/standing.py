"""What people have decided about a lane, and who may decide it. Pure; kiosk/service.py keeps it in force.

A lane stands in nobody's way by itself: it serves unless an officer closed it, something closed it until it was looked
after (`latched`), or an engineer locked it out to work on it. All three outlive a restart (they are read back from the
journal).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from drivers.model import LaneCommand, LaneOrder
from link.staff import StaffRole
from records.model import Fact

C, S = LaneCommand, StaffRole
RELEASED = "released by an officer"
OFFICERS = frozenset({S.LANE_OFFICER, S.SHIFT_SUPERVISOR})
RIGHTS: Mapping[LaneCommand, frozenset[StaffRole]] = {
    C.OPEN: OFFICERS,
    C.CLOSE_AFTER_CURRENT: OFFICERS,
    C.CLOSE_NOW: OFFICERS,
    C.RELEASE: OFFICERS | {S.ASSISTANT},
    C.RELEASE_ONWARD: frozenset({S.SHIFT_SUPERVISOR}),
    C.ENTER_MAINTENANCE: frozenset({S.ENGINEER, S.SHIFT_SUPERVISOR}),
    C.LEAVE_MAINTENANCE: frozenset({S.ENGINEER, S.SHIFT_SUPERVISOR}),
}
"""The table of roles of egates.md section 8, as far as it is about a lane. The console asks it too."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Each field is empty when it keeps nobody from being served."""

    closed_by: str = ""
    """The officer who closed it, by his pseudonymous id."""
    latched: str = ""
    """What happened that somebody must look after: a reason, or a device's sentence."""
    locked_out_by: str = ""
    """Who works on it: nobody else takes the lock-out off, but a shift supervisor."""

    @property
    def words(self) -> str:
        """Why nobody is served, one sentence; empty when people have nothing against it."""
        if self.locked_out_by:
            return "maintenance: the lane is locked out; end the maintenance first"
        if self.latched:
            return f"{self.latched}: look after it, then open the lane"
        return "closed by an officer; open it again" if self.closed_by else ""

    def facts(self) -> dict[str, Fact]:
        return {"closed_by": self.closed_by, "latched": self.latched, "locked_out_by": self.locked_out_by}

    @classmethod
    def of(cls, facts: Mapping[str, Fact]) -> Self:
        """As the journal kept it."""
        return cls(*(str(facts.get(name) or "") for name in ("closed_by", "latched", "locked_out_by")))


def obey(standing: Standing, order: LaneOrder) -> tuple[Standing, str]:
    """How the lane stands after the order, and why it was refused (empty: it was not)."""
    if refusal := _refusal(standing, order):
        return standing, refusal
    match order.command:
        case C.OPEN:
            return Standing(), ""
        case C.CLOSE_AFTER_CURRENT | C.CLOSE_NOW:
            return replace(standing, closed_by=order.officer), ""
        case C.RELEASE | C.RELEASE_ONWARD:
            return replace(standing, latched=RELEASED), ""
        case C.ENTER_MAINTENANCE:
            return replace(standing, locked_out_by=order.officer), ""
        case C.LEAVE_MAINTENANCE:
            return Standing(closed_by=order.officer), ""  # looked after; an officer opens it


def _refusal(standing: Standing, order: LaneOrder) -> str:
    if order.role not in RIGHTS[order.command]:
        return f"the role {order.role.value} may not {order.command.value.replace('_', ' ')}: ask one who may"
    locked_out = bool(standing.locked_out_by)
    if order.command is C.OPEN and locked_out:
        return "the lane is locked out for maintenance: end the maintenance first"
    if order.command is C.ENTER_MAINTENANCE and locked_out and standing.locked_out_by != order.officer:
        return "somebody else works on the lane already"
    if order.command is C.LEAVE_MAINTENANCE:
        if not locked_out:
            return "the lane is not in maintenance"
        if standing.locked_out_by != order.officer and order.role is not S.SHIFT_SUPERVISOR:
            return "who locked the lane out takes the lock-out off, or a shift supervisor"
    return ""
