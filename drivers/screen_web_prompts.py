"""What the traveller's screen shows for each prompt of the lane: keys of the text catalogue, picture and step.

Every referral has one neutral screen: neither bystanders nor the traveller learn which check it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drivers.model import Prompt


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

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "also": self.also,
            "hint": self.hint,
            "picture": self.picture,
            "step": self.step,
            "self_view": self.self_view,
        }


def _face(hint: str = "") -> Screen:
    return Screen("face.look", "look", 3, hint=hint, self_view=True)


SCREENS: Mapping[Prompt, Screen] = {
    Prompt.WELCOME: Screen("idle.welcome", "lay", 0, also="doc.place"),
    Prompt.PLACE_DOCUMENT: Screen("doc.place", "lay", 1, also="doc.open_page"),
    Prompt.READING: Screen("doc.hold", "hold", 1),
    Prompt.PLACE_AGAIN: Screen("doc.again", "lay", 1, also="doc.press_flat"),
    Prompt.NOT_A_PASSPORT: Screen("doc.open_page", "open", 1, also="doc.place"),
    Prompt.ONE_MOMENT: Screen("checks.wait", "wait", 1),
    Prompt.TAKE_DOCUMENT: Screen("doc.take", "take", 1),
    Prompt.WALK_IN: Screen("entry.enter", "walk", 2, also="entry.luggage"),
    Prompt.ONE_PERSON_ONLY: Screen("entry.alone", "alone", 2, hint="face.only_you"),
    Prompt.STEP_BACK: Screen("refer.step_back", "back", -1),
    Prompt.LOOK_HERE: _face(),
    Prompt.COME_CLOSER: _face("face.closer"),
    Prompt.STEP_AWAY: _face("face.back"),
    Prompt.FACE_THE_CAMERA: _face("face.straight"),
    Prompt.UNCOVER_FACE: _face("face.uncover"),
    Prompt.HOLD_STILL: _face("face.still"),
    Prompt.MORE_LIGHT: _face("face.light"),
    Prompt.OPEN_EYES: _face("face.eyes"),
    Prompt.GO_AHEAD: Screen("exit.go", "go", 4),
    Prompt.TAKE_BELONGINGS: Screen("exit.item_left", "item", 4),
    Prompt.SEE_OFFICER: Screen("refer.officer", "officer", -1, also="refer.direction"),
    Prompt.OTHER_LANE: Screen("doc.not_for_gate", "officer", -1),
    Prompt.START_AGAIN: Screen("doc.again", "lay", 1),
    Prompt.OFFICER_IS_COMING: Screen("refer.wait_here", "officer", -1),
    Prompt.LEAVE_NOW: Screen("emergency.leave", "leave", -1),
    Prompt.CLOSED: Screen("lane.closed", "closed", -1),
}
"""ONE_PERSON_ONLY is a hint while the face is looked at, and a screen of its own else."""

BEGINS = frozenset({Prompt.WELCOME, Prompt.CLOSED})
"""Nobody is being served: the language of the last traveller is forgotten here."""
