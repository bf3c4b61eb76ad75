"""Who may do what: the table of egates.md section 8. What is not in a role's set is refused.

What concerns a lane is besides only for those whose lane it is (console/staff.py: Session.covers).
"""

from collections.abc import Mapping
from enum import Enum

from link.staff import StaffRole


class May(Enum):
    SEE_BOARD = "see_board"
    SEE_PICTURES = "see_pictures"
    """Faces and pages of an open case, checks and scores."""
    REVEAL = "reveal"
    """The holder's name and number, with a reason."""
    SUPERVISE = "supervise"
    """Counts as the officer without whom no lane serves; acknowledges alarms, claims and decides cases."""
    SEND_BACK = "send_back"
    LET_PASS = "let_pass"  # noqa: S105  (a permission, not a password)
    OPERATE_LANE = "operate_lane"
    MAINTAIN = "maintain"
    RELEASE = "release"
    RELEASE_ALL = "release_all"
    RESET = "reset"
    SHELVE = "shelve"
    TAKE_DESK_CASES = "take_desk_cases"
    SEE_STATISTICS = "see_statistics"
    SEARCH = "search"
    SEE_AUDIT = "see_audit"
    MANAGE_STAFF = "manage_staff"
    SAFEGUARD = "safeguard"


_OFFICER = frozenset(
    {
        May.SEE_BOARD,
        May.SEE_PICTURES,
        May.REVEAL,
        May.SUPERVISE,
        May.SEND_BACK,
        May.LET_PASS,
        May.OPERATE_LANE,
        May.RELEASE,
        May.SEE_STATISTICS,
        May.SEARCH,
        May.SAFEGUARD,
    }
)

ALLOWED: Mapping[StaffRole, frozenset[May]] = {
    StaffRole.VIEWER: frozenset({May.SEE_BOARD, May.SEE_STATISTICS}),
    StaffRole.ASSISTANT: frozenset({May.SEE_BOARD, May.SEE_PICTURES, May.SEND_BACK, May.RELEASE, May.SAFEGUARD}),
    StaffRole.LANE_OFFICER: _OFFICER,
    StaffRole.SHIFT_SUPERVISOR: _OFFICER | {May.MAINTAIN, May.RELEASE_ALL, May.RESET, May.SHELVE, May.SEE_AUDIT},
    StaffRole.INVESTIGATOR: frozenset({May.SEE_BOARD, May.TAKE_DESK_CASES, May.SEARCH}),
    StaffRole.ENGINEER: frozenset({May.SEE_BOARD, May.MAINTAIN, May.SEE_STATISTICS}),
    StaffRole.ADMINISTRATOR: frozenset({May.SEE_BOARD, May.SEE_STATISTICS, May.MANAGE_STAFF}),
    StaffRole.AUDITOR: frozenset({May.SEE_BOARD, May.SEE_STATISTICS, May.SEARCH, May.SEE_AUDIT}),
}


def may(role: StaffRole, what: May) -> bool:
    return what in ALLOWED[role]
