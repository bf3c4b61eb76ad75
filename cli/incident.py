"""A crossing of the field told as a scenario: the same kind of traveller, the same thing that went wrong, the same end.

Nobody of the journal is in it: the traveller is one of the cast. What a journal cannot tell (why a clock was wrong, who
opened a cabinet) is refused in so many words.
"""

import zlib
from collections.abc import Callable, Mapping
from typing import Any, get_args

from cli.tape import Tape
from config.load import ConfigRefused
from drivers.model import ChipVerdict
from simulators.scenario import VisaState

Story = dict[str, Any]
WHEN_OF_STEP = {
    "document": "page_laid",
    "register": "page_laid",
    "passport_taken": "page_laid",
    "admission": "entry_open",
    "face": "inside",
    "decision": "examined",
    "release": "exit_opening",
}
TITLE = "From the field: {outcome}, {reason}"
GREY_ZONE = 0.2
VISA_REASONS = tuple(
    state for state in get_args(VisaState) if state not in ("valid", "name_differs", "without_portrait")
)

TRAVELLERS: Mapping[str, Story] = {
    "passed": {},
    **{
        reason: {}
        for reason in (
            "chip_silent",
            "chip_refuted",
            "chip_not_checked",
            "document_in_use",
            "document_referred",
            "document_reported_lost",
        )
    },
    "page_placed_wrongly": {"passport": {"page": "blurred"}},
    "page_unreadable": {"passport": {"page": "blurred"}},
    "check_digit_wrong": {"passport": {"page": "wrong_check_digit"}},
    "not_a_travel_document": {"passport": {"page": "cover"}},
    "document_pulled_away": {"behaviour": "lets_no_page_lie"},
    "zones_differ": {"passport": {"page": "device_says_other"}},
    "page_portrait_differs": {"passport": {"pictured": "impostor"}},
    "document_expired": {"passport": {"expired": True}},
    "too_young": {"passport": {"age": 6}},
    "not_eligible": {"passport": {"page": "id_card"}},
    "assurance_too_low": {},
    "record_differs": {"visa": "name_differs"},
    "record_without_portrait": {"visa": "without_portrait"},
    **{f"visa_{state}": {"visa": state} for state in VISA_REASONS},
    "nobody_entered": {"behaviour": "walks_away"},
    "several_persons": {"behaviour": "brings_friend"},
    "object_left": {"behaviour": "leaves_bag"},
    "document_left": {"behaviour": "forgets_passport"},
    "no_usable_face": {"covered": True},
    "attack_suspected": {"face": "impostor", "shows": "print"},
    "face_differs": {"face": "impostor"},
    "face_grey_zone": {"face": "impostor"},
    "watchlist_hit": {"alert": "document"},
    "did_not_leave": {"behaviour": "stays"},
    "will_not_leave": {"behaviour": "will_not_go_back"},
    "officer_sent_back": {"face": "impostor"},
    "officer_held": {"face": "impostor"},
    "officer_passed": {"face": "impostor"},
}
EVENTS: Mapping[str, Story] = {
    "help_requested": {"press": "help"},
    "emergency_released": {"world": {"fire": True}},
    "emergency_stopped": {"world": {"emergency_button": True}},
    "door_forced": {"breaks": ["exit.forced"], "lasts_s": 3.0},
    "door_obstructed": {"breaks": ["exit.obstructed"], "lasts_s": 30.0},
    "custody_broken": {"appears": "impostor", "lasts_s": 30.0},
    "count_unclear": {"breaks": ["counter.blind"], "lasts_s": 20.0},
    "power_lost": {"breaks": ["mains.lost"], "lasts_s": 30.0},
    "tampered": {"breaks": ["cabinet.opened"], "lasts_s": 30.0},
    "controller_restarted": {"breaks": ["process.killed"]},
    "passage_unsettled": {"breaks": ["process.killed"]},
}
FAULTS: Mapping[str, Story] = {
    "register_unreachable": {"device": "register", "operation": "look_up", "how": "hang", "nth": 0},
    "watchlist_unreachable": {"device": "register", "operation": "screen", "how": "hang", "nth": 0},
    "reader_failed": {"device": "reader", "operation": "scan", "how": "unavailable"},
    "camera_failed": {"device": "camera", "operation": "next_frame", "how": "timeout"},
    "display_failed": {"device": "display", "operation": "show", "how": "timeout", "nth": 3},
}
SITES: Mapping[str, Story] = {
    "assurance_too_low": {"policy": {"mrz_only_issuers": []}},
    "chip_not_checked": {"policy": {"mrz_only_issuers": []}},
    "chip_silent": {"policy": {"mrz_only_issuers": []}},
    "face_grey_zone": {"policy": {"grey_zone": GREY_ZONE}},
}


def story_of(tape: Tape) -> Story:
    """A scenario's tables. Raises ConfigRefused for an ending that a journal does not explain."""
    reason = tape.reason
    known = (TRAVELLERS, EVENTS, FAULTS)
    if not any(reason in table for table in known):
        why = f"a journal does not tell how '{reason}' came about: write the scenario by hand."
        raise ConfigRefused([f"crossing {tape.transaction}: {why}"])
    story = who_came(tape)
    if reason in EVENTS:
        story["event"] = [{**_moment(tape), **EVENTS[reason]}]
    if reason in FAULTS:
        story["fault"] = [FAULTS[reason]]
    officer = _officer(tape)
    if officer:
        story["officer"] = officer
    return story


def who_came(tape: Tape) -> Story:
    """The traveller of it and how it ended, without anything that went wrong besides."""
    reason = tape.reason
    story: Story = {
        "scenario": {
            "title": TITLE.format(outcome=tape.outcome, reason=reason.replace("_", " ")),
            "proves": ["8.1"],
        },
        "traveller": [{"cast": zlib.crc32(tape.transaction.encode()) % 12, **TRAVELLERS.get(reason, {})}],
        "expect": {"crossing": [{"outcome": tape.outcome, "reason": reason, "within_s": 90.0}]},
    }
    passport = _passport(tape)
    if passport:
        traveller = story["traveller"][0]
        traveller["passport"] = {**passport, **traveller.get("passport", {})}
    for why in (reason, str(tape.decided("reason"))):
        if why in SITES:
            story["site"] = SITES[why]
    return story


def _passport(tape: Tape) -> Story:
    """What the reader, the list of lost documents and the hall's ledger said of it, where that was anything."""
    told: Story = {}
    for key, kind, fact, known in (
        ("chip", "page_read", "chip", tuple(verdict.value for verdict in ChipVerdict)),
        ("reported", "lost_answered", "state", ("lost", "stolen")),
        ("used", "use_answered", "state", ("in_use", "passed", "referred")),
    ):
        said = [entry.fact(fact) for entry in tape.noted(kind)]
        if said and said[-1] in known and said[-1] != ChipVerdict.NOT_SUPPORTED.value:
            told[key] = said[-1]
    return told


def _moment(tape: Tape) -> Story:
    """In the step that was under way, as long after its begin as it lasted."""
    step, began_s = tape.last_step
    after_s = max(0.0, min(tape.sealed_after_s - began_s, 20.0))
    told = tape.noted("officer")
    if told:  # what was done about it came after it
        after_s = min(after_s, 0.3)
    return {"when": WHEN_OF_STEP[step], "after_s": round(min(after_s, 0.3), 2)}


def _officer(tape: Tape) -> list[Story]:
    answers = [entry for entry in tape.noted("officer") if entry.fact("answered")]
    told: list[Story] = []
    if tape.reason in ("officer_sent_back", "officer_held"):
        told.append({"when": "inside", "does": "send_back" if tape.reason == "officer_sent_back" else "hold"})
    elif answers and answers[0].fact("action") in ("pass", "send_back", "hold", "retry"):
        why = tape.decided("reason") if tape.reason == "officer_passed" else tape.reason
        told.append({"on": str(why), "does": str(answers[0].fact("action"))})
    return told


# --- as text ---


def toml_of(story: Story) -> str:
    """The story as a scenario file."""
    lines = ["[scenario]", *_pairs(story["scenario"]), ""]
    for section, values in story.get("site", {}).items():
        lines += [f"[site.{section}]", *_pairs(values), ""]
    for table in ("traveller", "event", "fault", "officer"):
        for entry in story.get(table, []):
            lines += [f"[[{table}]]", *_pairs(entry), ""]
    lines += ["[expect]", ""]
    for crossing in story["expect"]["crossing"]:
        lines += ["[[expect.crossing]]", *_pairs(crossing), ""]
    return "\n".join(lines)


def _pairs(values: Mapping[str, Any]) -> list[str]:
    return [f"{name} = {_value(value)}" for name, value in values.items()]


def _value(value: Any) -> str:
    for kind, text in _TEXTS:
        if isinstance(value, kind):
            return text(value)
    raise TypeError(f"{type(value).__name__} is no value of a scenario")


_TEXTS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: "true" if value else "false"),
    (int, str),
    (float, str),
    (str, lambda value: f'"{value}"'),
    (list, lambda value: "[" + ", ".join(_value(each) for each in value) + "]"),
    (dict, lambda value: "{ " + ", ".join(f"{name} = {_value(each)}" for name, each in value.items()) + " }"),
)
