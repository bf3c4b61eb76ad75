"""The values that cross the line between the kiosk and its devices. All frozen; images never reach a `repr`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum

import numpy as np
from numpy.typing import NDArray

from link.staff import StaffRole

Image = NDArray[np.uint8]
"""Height x width x 3, blue-green-red, 0..255 (OpenCV's order)."""


class Health(Enum):
    READY = "ready"
    DEGRADED = "degraded"
    FAILED = "failed"


# --- document reader ----------------------------------------------------------------------------------------


class Light(Enum):
    VISIBLE = "visible"
    INFRARED = "infrared"
    ULTRAVIOLET = "ultraviolet"


class ChipVerdict(Enum):
    """What the reader itself says of the document's chip. Nothing of it is proved by this lane."""

    NOT_SUPPORTED = "not_supported"
    """The reader has no antenna."""
    ANTENNA_FAILED = "antenna_failed"
    SILENT = "silent"
    NOT_CHECKED = "not_checked"
    """It answered, and its signature could not be checked: unknown issuer, old revocation list."""
    GENUINE = "genuine"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True)
class PageScan:
    """What a reader made of the page that lies on it. A reader has text, images, or both."""

    captured_at_s: float
    images: Mapping[Light, Image] = field(default_factory=dict, repr=False)
    text: tuple[str, ...] = field(default=(), repr=False)
    """Lines as the device's own recognition sent them: unverified, possibly wrong (the host checks the digits)."""
    chip: ChipVerdict = ChipVerdict.NOT_SUPPORTED


# --- camera -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frame:
    image: Image = field(repr=False)
    at_s: float
    """Monotonic time of arrival, in seconds of the lane's clock."""
    sequence: int


# --- doors: mirrors the register map, hardware-fleet note 1.3 -----------------------------------------------


class DoorCommand(IntEnum):
    """Register 101. Entry is the outer door (hall side), exit the inner one (state side)."""

    NONE = 0
    OPEN_ENTRY = 1
    OPEN_EXIT = 2
    CLOSE_BOTH = 3
    HOLD = 4
    RELEASE_BACKWARDS = 5
    RESET_FAULT = 6
    OUT_OF_SERVICE = 7
    LAMP_TEST = 8


class CommandResult(IntEnum):
    """Register 8."""

    NONE = 0
    ACCEPTED = 1
    DONE = 2
    REFUSED_INTERLOCK = 3
    REFUSED_NO_PERMIT = 4
    REFUSED_OTHER_TRANSACTION = 5
    REFUSED_FAULT = 6
    REFUSED_COUNT = 7
    REFUSED_EMERGENCY = 8
    BAD_COMPLEMENT = 9


@dataclass(frozen=True, slots=True)
class DoorOrder:
    """One command with what it is bound to. The driver gives it its sequence number."""

    command: DoorCommand
    transaction: int
    """Unsigned 32 bit; 0 = none."""
    permit_ds: int = 0
    """Life of the exit permit in tenths of a second, 0..150. Only OPEN_EXIT carries one."""
    permit_tag: int = 0
    """Low 16 bits of an HMAC over the decision, stored by the controller so that both logs can be matched."""
    expected_persons: int = 1


@dataclass(frozen=True, slots=True)
class DoorStatus:
    """The status registers 0..23, decoded, and when they were read."""

    observed_at_s: float
    entry_closed: bool
    """Closed and locked."""
    entry_open: bool
    exit_closed: bool
    exit_open: bool
    entry_moving: bool
    exit_moving: bool
    interlock_active: bool
    permit_live: bool
    fault_latched: bool
    emergency: bool
    heartbeat_lost: bool
    key_switch: bool
    on_battery: bool
    out_of_service: bool
    safety: int
    """Register 1, raw: edges, over-current, emergency button, break-glass, fire input, tamper, forced doors."""
    barriers: int
    """Light barriers 1..12 as bits 0..11."""
    barrier_stuck: bool
    sensor_healthy: bool
    persons: int | None
    """People in the chamber; None when the sensor does not know."""
    confidence: int
    """0..100."""
    entry_permille: int
    exit_permille: int
    command_sequence: int
    command_result: CommandResult
    transaction: int
    permit_ms: int
    passages_in: int
    """People who left through the exit door; wraps at 65536."""
    passages_back: int
    """People who left through the entry door; wraps at 65536."""
    tailgates: int
    fault: int
    fault_second: int
    uptime_s: int
    event_head: int
    supply_mv: int
    temperature_dc: int
    cycles: int
    """Door openings since the controller was made: unchanged means that no door opened in between."""
    object_seen: bool = False
    """Something that is no person lies in the chamber, also where no light barrier sees it."""


class DoorEventCode(IntEnum):
    """What the controller's event ring (registers 400..463) can say."""

    BOOT = 1
    COMMAND_ACCEPTED = 2
    COMMAND_REFUSED = 3
    ENTRY_UNLOCKED = 4
    ENTRY_LOCKED = 5
    EXIT_UNLOCKED = 6
    EXIT_LOCKED = 7
    PASSAGE_IN = 8
    PASSAGE_BACK = 9
    TAILGATE = 10
    PERMIT_GRANTED = 11
    PERMIT_CLEARED = 12
    HEARTBEAT_LOST = 13
    FAULT = 14
    EMERGENCY_ON = 15
    EMERGENCY_OFF = 16
    OBSTRUCTED = 17
    FORCED = 18


@dataclass(frozen=True, slots=True)
class DoorEvent:
    sequence: int
    code: int
    """A DoorEventCode in the low byte; the high byte is the code's own detail (command, fault number)."""
    at_ms: int
    """Milliseconds since the controller started."""


# --- what the traveller sees, hears and touches -------------------------------------------------------------


class Prompt(Enum):
    """Keys of what the traveller's screen can say; texts and pictures belong to the screens."""

    WELCOME = "welcome"
    READING = "reading"
    PLACE_AGAIN = "place_again"
    NOT_A_PASSPORT = "not_a_passport"
    ONE_MOMENT = "one_moment"
    TAKE_DOCUMENT = "take_document"
    WALK_IN = "walk_in"
    DOORS_CLOSING = "doors_closing"
    ONE_PERSON_ONLY = "one_person_only"
    STEP_BACK = "step_back"
    LOOK_HERE = "look_here"
    COME_CLOSER = "come_closer"
    STEP_AWAY = "step_away"
    MOVE_LEFT = "move_left"
    MOVE_RIGHT = "move_right"
    FACE_THE_CAMERA = "face_the_camera"
    UNCOVER_FACE = "uncover_face"
    HOLD_STILL = "hold_still"
    MORE_LIGHT = "more_light"
    OPEN_EYES = "open_eyes"
    FACE_DONE = "face_done"
    GO_AHEAD = "go_ahead"
    WAIT_BEHIND_LINE = "wait_behind_line"
    TAKE_BELONGINGS = "take_belongings"
    SEE_OFFICER = "see_officer"
    OTHER_LANE = "other_lane"
    START_AGAIN = "start_again"
    OFFICER_IS_COMING = "officer_is_coming"
    NEEDS_A_PAUSE = "needs_a_pause"
    LEAVE_NOW = "leave_now"
    CLOSED = "closed"


class Lamp(Enum):
    """The lane sign over the entry and the light at the exit."""

    OFF = "off"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Button(Enum):
    HELP = "help"
    MORE_TIME = "more_time"
    OFFICER = "officer"


# --- the officer --------------------------------------------------------------------------------------------


class OfficerAction(Enum):
    PASS = "pass"  # noqa: S105  (an action, not a password)
    SEND_BACK = "send_back"
    RETRY = "retry"
    """Back to the hall, to lay the document down anew: another crossing, with everything done again."""
    HOLD = "hold"
    REFER = "refer"


@dataclass(frozen=True, slots=True)
class OfficerCase:
    """What an officer is asked. Pictures stay in memory; `reason` is a key of kiosk/reasons.py."""

    transaction: str
    lane: str
    reason: str
    words: str
    opened_at_s: float
    may_retry: bool = False
    """The officer may let the traveller lay the document down anew."""


@dataclass(frozen=True, slots=True)
class OfficerDecision:
    """An officer's answer; `officer` is a pseudonymous id, never a name."""

    transaction: str
    action: OfficerAction
    officer: str
    reason: str
    decided_at_s: float
    expected_persons: int = 1


class LaneCommand(Enum):
    """What is asked of a lane as a whole, whoever crosses it. The lane's direction is its site's, and no command."""

    OPEN = "open"
    """Into service again, after it was closed by command or by what closes a lane until somebody looked after it."""
    CLOSE_AFTER_CURRENT = "close_after_current"
    CLOSE_NOW = "close_now"
    """Whoever crosses is sent back, never stranded."""
    RELEASE = "release"
    """Somebody must get out now: the crossing ends and the way back opens. Both doors are freed by the wired inputs."""
    RELEASE_ONWARD = "release_onward"
    """A supervisor's, by a decision that is recorded first: whoever is inside goes out to the state side."""
    ENTER_MAINTENANCE = "enter_maintenance"
    LEAVE_MAINTENANCE = "leave_maintenance"


@dataclass(frozen=True, slots=True)
class LaneOrder:
    """One command to a lane, and who answers for it."""

    order: str
    """Its own id: the same order twice is carried out once."""
    command: LaneCommand
    officer: str
    """A pseudonymous id, never a name."""
    role: StaffRole
    reason: str
