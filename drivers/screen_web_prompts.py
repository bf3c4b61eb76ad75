"""What the traveller's screen shows for each prompt of the lane: keys of the text catalogue, picture and step.

Every referral has one neutral screen: neither bystanders nor the traveller learn which check it was. A prompt that
stands for some seconds says more (`then`), and one that has to be shown again says it another way (AGAIN).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.model import Prompt
from drivers.screen_web_messages import ScreenMessage


@dataclass(frozen=True, slots=True)
class Then:
    """What changes `after_s` seconds of the same prompt; an empty field stays as it was."""

    after_s: float
    text: str = ""
    also: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """`text`, `also` and `hint` are keys of the catalogues; `picture` one of web/static/traveller/pictograms.js."""

    text: str
    picture: str
    step: int
    """1 passport, 2 enter, 3 face, 4 go; 0 before, -1 not on the way."""
    also: str = ""
    hint: str = ""
    """One wish about the picture of the face, shown under the self-view."""
    self_view: bool = False
    then: tuple[Then, ...] = ()
    every_s: float = 0.0
    """`then` begins anew each time so much has gone by; 0 = it happens once."""

    def to_message(self) -> ScreenMessage:
        return {
            "text": self.text,
            "picture": self.picture,
            "step": self.step,
            "also": self.also,
            "hint": self.hint,
            "self_view": self.self_view,
            "then": [
                {"after_s": each.after_s, "text": each.text, "also": each.also, "picture": each.picture}
                for each in self.then
            ],
            "every_s": self.every_s,
        }


def _face(hint: str = "", text: str = "face.look") -> Screen:
    return Screen(text, "look", 3, also="" if hint else "face.stand", hint=hint, self_view=True)


ATTRACTOR = (
    Then(4.0, also="idle.eligibility", picture="chip"),
    Then(8.0, also="idle.one_person", picture="alone"),
    Then(12.0, also="idle.touch_language", picture="touch"),
    Then(16.0, also="idle.privacy", picture="look"),
)
"""What the waiting gate tells besides, in the language whose turn it is."""

SCREENS: Mapping[Prompt, Screen] = {
    Prompt.WELCOME: Screen("idle.welcome", "lay", 0, also="doc.place", then=ATTRACTOR, every_s=20.0),
    Prompt.READING: Screen("doc.hold", "hold", 1, then=(Then(3.0, text="doc.chip_wait"),)),
    Prompt.PLACE_AGAIN: Screen("doc.again", "lay", 1, also="doc.press_flat"),
    Prompt.NOT_A_PASSPORT: Screen("doc.open_page", "open", 1, also="doc.place"),
    Prompt.ONE_MOMENT: Screen("checks.wait", "wait", 1),
    Prompt.TAKE_DOCUMENT: Screen("doc.take", "take", 1, then=(Then(4.0, text="doc.take_reminder"),)),
    Prompt.WALK_IN: Screen("entry.enter", "walk", 2, also="entry.luggage", then=(Then(4.0, also="entry.step_in"),)),
    Prompt.DOORS_CLOSING: Screen("entry.doors_closing", "clear", 2),
    Prompt.ONE_PERSON_ONLY: Screen("entry.alone", "alone", 2, hint="face.only_you"),
    Prompt.STEP_BACK: Screen("refer.step_back", "back", -1),
    Prompt.LOOK_HERE: _face(),
    Prompt.COME_CLOSER: _face("face.closer"),
    Prompt.STEP_AWAY: _face("face.back"),
    Prompt.MOVE_LEFT: _face("face.left"),
    Prompt.MOVE_RIGHT: _face("face.right"),
    Prompt.FACE_THE_CAMERA: _face("face.straight"),
    Prompt.UNCOVER_FACE: _face("face.uncover"),
    Prompt.HOLD_STILL: _face("face.still"),
    Prompt.MORE_LIGHT: _face("face.light"),
    Prompt.OPEN_EYES: _face("face.eyes"),
    Prompt.FACE_DONE: Screen("face.done", "wait", 3, also="checks.wait"),
    Prompt.GO_AHEAD: Screen("exit.go", "done", 4, then=(Then(0.9, picture="go"), Then(4.0, text="exit.keep_going"))),
    Prompt.WAIT_BEHIND_LINE: Screen("lane.wait", "line", 0),
    Prompt.TAKE_BELONGINGS: Screen("exit.item_left", "item", 4),
    Prompt.SEE_OFFICER: Screen("refer.officer", "officer", -1, also="refer.direction"),
    Prompt.OTHER_LANE: Screen("doc.not_for_gate", "officer", -1),
    Prompt.START_AGAIN: Screen("doc.again", "lay", 1),
    Prompt.OFFICER_IS_COMING: Screen("refer.wait_here", "officer", -1),
    Prompt.NEEDS_A_PAUSE: Screen("error.technical", "pause", -1, also="refer.officer"),
    Prompt.LEAVE_NOW: Screen("emergency.leave", "leave", -1),
    Prompt.CLOSED: Screen("lane.closed", "closed", -1),
}
"""ONE_PERSON_ONLY is a hint while the face is looked at, and a screen of its own else."""

AGAIN: Mapping[Prompt, tuple[Screen, ...]] = {
    Prompt.PLACE_AGAIN: (Screen("doc.again", "turn", 1, also="doc.turn", then=(Then(4.0, also="doc.remove_cover"),)),),
    Prompt.NOT_A_PASSPORT: (Screen("doc.open_page", "open", 1, also="doc.remove_cover"),),
    Prompt.LOOK_HERE: (_face(text="face.again"),),
    Prompt.UNCOVER_FACE: (_face("face.glasses"), _face("face.hat")),
}
"""The second time that the same traveller is shown it, the third, and so on; the last stays."""

BEGINS = frozenset({Prompt.WELCOME, Prompt.CLOSED})
"""Nobody is being served: the language of the last traveller is forgotten here."""


def screen_of(prompt: Prompt, times: int) -> Screen:
    """`times` counts from 1 for each traveller."""
    ways = (SCREENS[prompt], *AGAIN.get(prompt, ()))
    return ways[min(max(times, 1), len(ways)) - 1]


def keys_of(screen: Screen) -> set[str]:
    """Every text that it can show."""
    said = [screen.text, screen.also, screen.hint, *(key for each in screen.then for key in (each.text, each.also))]
    return {key for key in said if key}
