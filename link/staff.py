"""Who works at the gates: the roles of egates.md section 8, as console and lane both name them."""

from enum import Enum


class StaffRole(Enum):
    VIEWER = "viewer"
    ASSISTANT = "assistant"
    LANE_OFFICER = "lane_officer"
    SHIFT_SUPERVISOR = "shift_supervisor"
    INVESTIGATOR = "investigator"
    ENGINEER = "engineer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
