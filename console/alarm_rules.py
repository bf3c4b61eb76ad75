"""Which alarms there are (ISA-18.2: each needs a response), how urgent, what to do, when to acknowledge."""

from collections.abc import Mapping
from dataclasses import dataclass

LANE_LOST, LANE_LOST_OCCUPIED, NO_SIGN_OF_OFFICER, HELD, HELP = (
    "lane_lost",
    "lane_lost_occupied",
    "no_sign_of_officer",
    "traveller_held",
    "help_unanswered",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """`priority` 1 to 3. `limit` is what the measured value is held against, in words, for the why panel."""

    code: str
    priority: int
    words: str
    procedure: tuple[str, ...]
    limit: str = ""
    ack_when_over: bool = False
    """May be acknowledged only when its cause is gone, or by the officer who has taken it over."""
    groups: bool = False
    """The same cause at many lanes is one alarm."""
    on_delay_s: float = 0.0
    off_delay_s: float = 0.0
    """The cause must last, and be gone, this long: against chatter."""

    @property
    def may_be_shelved(self) -> bool:
        return self.priority > 1

    @property
    def repeats_s(self) -> float:
        """How often it sounds until it is acknowledged; 0 = once, 30 s later once more, or never (priority 3)."""
        return 4.0 if self.priority == 1 else 0.0


_LOOK = ("Look at the lane and at its camera.",)
_DESK = ("Look at both portraits.", "Talk to the traveller.", "Decide, or send to the desk.")
_TECHNICAL = ("Direct travellers to another lane.", "Call the technician.")

_TABLE = (
    Rule(
        "emergency",
        1,
        "Emergency: doors released",
        (
            "Send somebody to the lane now.",
            "See that everybody is out.",
            "A supervisor resets it when the cause is gone.",
        ),
        "fire input, emergency button or release by an officer",
        ack_when_over=True,
    ),
    Rule(
        "several_persons",
        1,
        "More than one person in the lane",
        (*_LOOK, "Ask them to step back out.", "Serve them one at a time."),
        "one person between locked doors",
        ack_when_over=True,
    ),
    Rule(
        "door_forced",
        1,
        "A door was forced",
        (*_LOOK, "Send somebody to the lane now.", "Find who went where."),
        "closed and locked",
        ack_when_over=True,
    ),
    Rule(
        "door_obstructed",
        1,
        "A door stays obstructed",
        (*_LOOK, "Ask the traveller to clear the door."),
        "closed within 4 s",
        ack_when_over=True,
    ),
    Rule(
        "will_not_leave",
        1,
        "Somebody is still inside",
        (*_LOOK, "Talk to the traveller.", "Send somebody to help."),
        "out within 8 s",
        ack_when_over=True,
    ),
    Rule(
        "watchlist_hit",
        1,
        "An alert concerns a traveller",
        ("Stay calm: the traveller must notice nothing.", "Call the second line.", "Send to the desk."),
        "no alert",
        ack_when_over=True,
    ),
    Rule(
        "tampered",
        1,
        "A cabinet is open or a device is not ours",
        ("Close the lane.", "Send somebody to the lane.", "Call the technician."),
        "closed cabinet",
        ack_when_over=True,
    ),
    Rule(
        LANE_LOST_OCCUPIED,
        1,
        "A lane with somebody inside does not answer",
        ("Send somebody to the lane now.", "Its doors give the way back by themselves.", "Call the technician."),
        "heard within 6 s",
        ack_when_over=True,
    ),
    Rule(
        "fault_of_ours",
        1,
        "A lane's program failed with a traveller there",
        ("Send somebody to the lane.", "Call the technician."),
        ack_when_over=True,
    ),
    Rule(
        "passage_unsettled",
        1,
        "Did somebody pass while the lane restarted?",
        ("Look at the camera's recording.", "Write down what you found."),
        "known passage",
    ),
    Rule(
        HELD,
        2,
        "A traveller is held",
        ("Decide: hold on, let back, or send to the desk.", "The hold ends by itself; then the way back opens."),
        "at most 60 s without a word of an officer",
    ),
    Rule(
        HELP,
        2,
        "A traveller asks for help and nobody answers",
        ("Talk to the traveller.", "Send somebody."),
        "answered within 15 s",
        on_delay_s=15.0,
    ),
    Rule("face_differs", 2, "The face does not match", _DESK, "score at or above the threshold"),
    Rule("face_grey_zone", 2, "The face match is uncertain", _DESK, "score at or above the threshold"),
    Rule(
        "attack_suspected",
        2,
        "An artefact may have been shown to the camera",
        ("Do not let pass from here.", "Send somebody.", "Send to the desk."),
        "no artefact",
    ),
    Rule(
        "authenticity",
        2,
        "The document may not be genuine",
        ("Do not let pass from here.", "Send to the desk with the document."),
        "zones, chip and record agree",
    ),
    Rule(
        "safeguarding",
        2,
        "A vulnerable person needs care",
        ("Call the safeguarding officer.", "Stay in sight."),
    ),
    Rule(
        "object_left",
        2,
        "Something was left in the lane",
        (*_LOOK, "Have it fetched; an unknown object is the security officer's."),
        "free light barriers",
    ),
    Rule(
        "document_left",
        2,
        "A passport lies on the reader",
        ("Call the traveller back.", "Have it fetched."),
        "taken within 8 s",
    ),
    Rule(
        "second_person_at_exit",
        2,
        "A second person used the open exit",
        ("Send somebody to the state side.", "Check both travellers."),
        "one passage",
    ),
    Rule(
        "document_in_use",
        2,
        "A document is in use at another lane",
        ("Send to the desk.", "Look at the other lane."),
        "one use at a time",
    ),
    Rule(
        "register_out",
        2,
        "The register does not answer",
        ("Travellers are referred, or cross on the copy.", "Call the service desk."),
        "answer within 3 s",
        groups=True,
        on_delay_s=2.0,
        off_delay_s=5.0,
    ),
    Rule(
        "watchlist_out",
        2,
        "The watchlist does not answer",
        ("Every traveller is referred.", "Call the service desk."),
        "answer within 3 s",
        groups=True,
        off_delay_s=5.0,
    ),
    Rule(
        "record_store",
        2,
        "A lane's record cannot be written: it is closed",
        ("Direct travellers to another lane.", "Free its disk or call the technician."),
        "a write that ends",
    ),
    Rule("screen_failed", 2, "A traveller's screen does not confirm", _TECHNICAL, "painted within 0.9 s"),
    Rule(LANE_LOST, 2, "A lane does not answer", _TECHNICAL, "heard within 6 s", groups=True),
    Rule(
        NO_SIGN_OF_OFFICER,
        2,
        "No sign of the officer at the post",
        ("Call the officer.", "Take the post over, or close the lanes."),
        "input within 20 minutes",
    ),
    Rule("power_low", 2, "A lane is on its battery", ("Let nobody in.", "Call the technician."), "mains", groups=True),
    Rule(
        "device_failed",
        3,
        "A device failed: the lane has closed itself",
        _TECHNICAL,
        "ready",
        on_delay_s=1.0,
        off_delay_s=2.0,
    ),
    Rule(
        "lane_not_clear",
        2,
        "A lane is not proved empty",
        (*_LOOK, "Look into the lane before it opens."),
        "nobody and nothing inside",
    ),
    Rule("clock_invalid", 3, "A lane's clock is not valid", _TECHNICAL, "within 1 s"),
)
RULES: Mapping[str, Rule] = {rule.code: rule for rule in _TABLE}

OF_REASON: Mapping[str, str] = {
    "emergency_released": "emergency",
    "emergency_stopped": "emergency",
    "officer_released": "emergency",
    "released_onward": "emergency",
    "several_persons": "several_persons",
    "count_unclear": "several_persons",
    "door_forced": "door_forced",
    "door_obstructed": "door_obstructed",
    "will_not_leave": "will_not_leave",
    "watchlist_hit": "watchlist_hit",
    "watchlist_hit_late": "watchlist_hit",
    "tampered": "tampered",
    "fault_of_ours": "fault_of_ours",
    "passage_unsettled": "passage_unsettled",
    "controller_restarted": "passage_unsettled",
    "help_requested": HELP,
    "face_differs": "face_differs",
    "face_grey_zone": "face_grey_zone",
    "attack_suspected": "attack_suspected",
    "chip_refuted": "authenticity",
    "zones_differ": "authenticity",
    "page_portrait_differs": "authenticity",
    "document_reported_lost": "authenticity",
    "object_left": "object_left",
    "document_left": "document_left",
    "second_person_at_exit": "second_person_at_exit",
    "document_in_use": "document_in_use",
    "document_referred": "document_in_use",
    "register_unreachable": "register_out",
    "network_lost": "register_out",
    "watchlist_unreachable": "watchlist_out",
    "record_not_durable": "record_store",
    "display_failed": "screen_failed",
    "power_lost": "power_low",
    "clock_invalid": "clock_invalid",
    "reader_failed": "device_failed",
    "camera_failed": "device_failed",
    "doors_failed": "device_failed",
    "device_failed": "device_failed",
}
"""A reason that is not here is an event, or a case, and no alarm."""

OF_MODE: Mapping[str, str] = {
    "emergency": "emergency",
    "camera_bad": "device_failed",
    "record_store_bad": "record_store",
    "power_low": "power_low",
    "offline_cached": "register_out",
    "register_slow": "register_out",
    "watchlist_stale": "watchlist_out",
    "no_chip": "device_failed",
}
"""A degraded mode holds its alarm as long as it is in force."""
