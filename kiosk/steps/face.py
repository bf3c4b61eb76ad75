"""Step 4 (T6-T7): a live face is taken and held against the portrait of the visa-linked record.

Only frames count that were taken after the entry door closed in this crossing (custody), that are fresh, and that show
one usable face. Frames of all attempts are fused against one threshold, which no retry lowers.
"""

from dataclasses import dataclass, field

from biometrics.model import AttackState, CaptureState, FaceCapture, Hint, MatchResult, Template
from drivers.model import Frame, Image, Light, Prompt
from kiosk.crossing import Crossing
from kiosk.document import TravelDocument
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.reasons import Reason, Referral
from link.travel import TravelRecord

HINT_PROMPTS: dict[Hint, Prompt] = {
    Hint.COME_CLOSER: Prompt.COME_CLOSER,
    Hint.STEP_AWAY: Prompt.STEP_AWAY,
    Hint.FACE_THE_CAMERA: Prompt.FACE_THE_CAMERA,
    Hint.UNCOVER_FACE: Prompt.UNCOVER_FACE,
    Hint.HOLD_STILL: Prompt.HOLD_STILL,
    Hint.ONE_PERSON_ONLY: Prompt.ONE_PERSON_ONLY,
}
FRAMES_PER_ATTEMPT = 4
"""Usable frames after which an attempt without a match is over."""
ARRIVAL_S = 0.1
"""A frame's time is that of its arrival; it may have been exposed this much earlier."""
SEVERAL_FACES_FRAMES = 3
"""This many frames in a row with a second face of like size raise the two-person alarm."""


@dataclass(slots=True)
class LiveFace:
    """What the camera gave so far in this crossing."""

    templates: list[Template] = field(default_factory=list, repr=False)
    first_frame_at_s: float | None = None
    attack: AttackState = AttackState.NOT_SUPPORTED
    match: MatchResult | None = None
    several_in_a_row: int = 0
    prompt: Prompt = Prompt.LOOK_HERE


async def prepare_reference(lane: Lane, tx: Crossing, record: TravelRecord) -> Template:
    """The record's portrait as a template: computed while the traveller walks in."""
    capture = await lane.measure.reference(record.portrait)
    tx.note("reference", state=capture.state.value)
    if capture.template is None:
        raise Referral(Reason.RECORD_WITHOUT_PORTRAIT)
    return capture.template


@dataclass(frozen=True, slots=True)
class MatchedFace:
    """What the decision rests on: the best match of the crossing, and what was seen besides."""

    match: MatchResult
    attack: AttackState
    first_frame_at_s: float


async def match_live_face(lane: Lane, tx: Crossing, reference: Template) -> MatchedFace:
    """The best match of `policy.face_attempts` attempts; raises Referral when there was no usable face at all."""
    live = LiveFace()
    try:
        async with limit(lane.limits.face_s):
            for attempt in range(1, lane.policy.face_attempts + 1):
                await attempt_match(lane, tx, reference, live)
                tx.note("face_attempt", attempt=attempt, frames=len(live.templates), matched=_matched(live))
                if _matched(live):
                    break
    except TimeIsUp:
        tx.note("face_time_is_up")
    if live.match is None or live.first_frame_at_s is None:
        raise Referral(Reason.NO_USABLE_FACE)
    return MatchedFace(live.match, live.attack, live.first_frame_at_s)


def _matched(live: LiveFace) -> bool:
    return live.match is not None and live.match.is_match


async def attempt_match(lane: Lane, tx: Crossing, reference: Template, live: LiveFace) -> None:
    """One attempt: ends with a match, with enough frames, or with its time."""
    await lane.display.show(Prompt.LOOK_HERE)
    live.prompt = Prompt.LOOK_HERE
    enough = len(live.templates) + FRAMES_PER_ATTEMPT
    ends_s = lane.clock.monotonic() + lane.limits.face_attempt_s
    after_s = custody_since(lane) + ARRIVAL_S
    while len(live.templates) < enough and not _matched(live) and lane.clock.monotonic() < ends_s:
        frame = await lane.camera.next_frame(after_s)
        after_s = frame.at_s
        if not is_fresh(lane, frame):
            tx.note("frame_refused", why="stale")
            continue
        with tx.machine("face"):
            async with limit(lane.limits.match_s):
                capture = await lane.measure.examine(frame.image, frame.at_s)
        await take(lane, reference, live, capture)


def custody_since(lane: Lane) -> float:
    """Since when this person has been alone behind locked doors; frames from before are another's, perhaps."""
    since_s = lane.doors.custody.since_s
    if since_s is None:
        raise Referral(Reason.CUSTODY_BROKEN)
    return since_s


def is_fresh(lane: Lane, frame: Frame) -> bool:
    return custody_since(lane) + ARRIVAL_S < frame.at_s and lane.clock.monotonic() - frame.at_s <= lane.frame_age_s


async def take(lane: Lane, reference: Template, live: LiveFace, capture: FaceCapture) -> None:
    """Fold one examined frame into what is known."""
    live.several_in_a_row = live.several_in_a_row + 1 if capture.state is CaptureState.SEVERAL_FACES else 0
    if live.several_in_a_row >= SEVERAL_FACES_FRAMES:
        raise Referral(Reason.SEVERAL_PERSONS)
    if capture.state is not CaptureState.OK or capture.template is None:
        await hint(lane, live, capture.hint)
        return
    live.templates.append(capture.template)
    live.first_frame_at_s = capture.captured_at_s if live.first_frame_at_s is None else live.first_frame_at_s
    live.attack = worse(live.attack, capture.attack.state)
    live.match = await lane.measure.compare(reference, tuple(live.templates))


def worse(known: AttackState, new: AttackState) -> AttackState:
    """One suspected frame taints the crossing; "not supported" never hides a result."""
    order = (AttackState.NOT_SUPPORTED, AttackState.PASSED, AttackState.SUSPECTED)
    return max(known, new, key=order.index)


async def hint(lane: Lane, live: LiveFace, said: Hint | None) -> None:
    """One hint at a time, and the same one not twice in a row."""
    prompt = HINT_PROMPTS.get(said, Prompt.LOOK_HERE) if said else Prompt.LOOK_HERE
    if prompt is not live.prompt:
        live.prompt = prompt
        await lane.display.show(prompt)


async def page_portrait(lane: Lane, document: TravelDocument) -> Template | None:
    """The printed portrait as a template: computed while the traveller walks in. None when there is none to see."""
    seen: dict[Light, Image] = {light: image for light, image in document.images.items() if light is Light.VISIBLE}
    capture = await lane.measure.page_portrait(seen)
    return capture.template if capture else None


async def page_match(lane: Lane, reference: Template, page: Template | None) -> MatchResult | None:
    """The printed portrait against the record's: a page of one person with a visa of another is caught here."""
    return await lane.measure.compare_page(reference, page) if page else None
