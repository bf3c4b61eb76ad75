"""What a broken device or a denied movement means for the crossing. Two tables."""

from drivers.errors import DeviceError, DeviceRefused
from kiosk.interlock import Denial
from kiosk.reasons import Reason

DEVICE_REASONS: dict[str, Reason] = {
    "reader": Reason.READER_FAILED,
    "camera": Reason.CAMERA_FAILED,
    "doors": Reason.DOORS_FAILED,
    "display": Reason.DISPLAY_FAILED,
    "register": Reason.REGISTER_UNREACHABLE,
    "officer": Reason.UNSUPERVISED,
}
"""By the device's name in the site file; anything else is DEVICE_FAILED."""

DENIAL_REASONS: dict[Denial, Reason] = {
    Denial.STATUS_STALE: Reason.DOORS_FAILED,
    Denial.EMERGENCY: Reason.EMERGENCY_RELEASED,
    Denial.FAULT: Reason.DOORS_FAILED,
    Denial.HEARTBEAT: Reason.DOORS_FAILED,
    Denial.ENTRY_NOT_LOCKED: Reason.CUSTODY_BROKEN,
    Denial.EXIT_NOT_LOCKED: Reason.DOORS_FAILED,
    Denial.NOT_EMPTY: Reason.COUNT_UNCLEAR,
    Denial.COUNT: Reason.COUNT_UNCLEAR,
    Denial.NOT_CLEARED: Reason.RECORD_NOT_DURABLE,
    Denial.NO_DECISION: Reason.RECORD_NOT_DURABLE,
    Denial.NOT_GRANTED: Reason.CUSTODY_BROKEN,
    Denial.DECISION_OLD: Reason.CUSTODY_BROKEN,
    Denial.CUSTODY: Reason.CUSTODY_BROKEN,
    Denial.USED: Reason.CUSTODY_BROKEN,
}


def reason_of_failure(failure: DeviceError, exit_ordered: bool) -> Reason:
    """Doors that fall silent after the exit was ordered leave open whether somebody passed; a refusal does not."""
    if exit_ordered and failure.device == "doors" and not isinstance(failure, DeviceRefused):
        return Reason.PASSAGE_UNSETTLED
    return DEVICE_REASONS.get(failure.device, Reason.DEVICE_FAILED)


def reason_of_denial(denial: Denial) -> Reason:
    return DENIAL_REASONS[denial]
