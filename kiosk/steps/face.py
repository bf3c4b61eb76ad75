"""Step 4 (T6-T7): a live face is taken and held against the portrait of the visa-linked record.

Only frames count that were taken after the entry door closed in this crossing (custody), that are fresh, and that show
one usable face. The best of them by quality are fused against one threshold, which no retry lowers. Whether an artefact
was shown is asked of all usable frames, and a match that is not yet assessed so is not the end of an attempt. All of
them show one face: when it jumps, or is suddenly not like itself, all that was known of it is void.
"""

from dataclasses import dataclass, field

from biometrics.model import (
    ATTACK_NOT_SUPPORTED,
    AttackAssessment,
    AttackState,
    FaceCapture,
    Hint,
    MatchResult,
    Template,
)
from biometrics.selection import Selection, fold
from biometrics.track import continues
from drivers.frame_watch import FrameWatch
from drivers.model import Frame, Image, Light, Prompt
from kiosk.crossing import Crossing
from kiosk.document import TravelDocument
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.reasons import Reason, Referral
from link.travel import TravelRecord

HINT_PROMPTS: dict[Hint, Prompt] = {hint: Prompt(hint.value) for hint in Hint}
"""What is asked of the traveller has the same name on the screen."""
FRAMES_PER_ATTEMPT = 4
"""Usable frames after which an attempt without a match is over."""
FRAME_STEP_S = 0.1
"""Between two frames that are looked at: neighbours show the same picture, and no movement."""
ARRIVAL_S = 0.1
"""A frame's time is that of its arrival; it may have been exposed this much earlier."""
MOST_TRACKS = 2
"""One face may be lost and found again; a third one is not one person's doing."""


@dataclass(slots=True)
class LiveFace:
    """What the camera gave so far in this crossing."""

    selection: Selection
    after_s: float
    """The next frame to be looked at is newer than this."""
    usable: list[FaceCapture] = field(default_factory=list, repr=False)
    """Oldest first."""
    match: MatchResult | None = None
    attack: AttackAssessment = ATTACK_NOT_SUPPORTED
    prompt: Prompt = Prompt.LOOK_HERE
    tracks: int = 1
    """How many faces were followed so far, one after another."""
    watch: FrameWatch = field(default_factory=FrameWatch)

    def start_anew(self) -> None:
        """What was known was of another face."""
        self.selection = Selection(self.selection.not_before_s)
        self.usable, self.match, self.attack = [], None, ATTACK_NOT_SUPPORTED
        self.tracks += 1

    @property
    def matched(self) -> bool:
        return self.match is not None and self.match.is_match

    @property
    def settled(self) -> bool:
        """More frames would change nothing: matched and assessed, or an artefact is suspected."""
        if self.attack.state is AttackState.SUSPECTED:
            return True
        return self.matched and self.attack.state is not AttackState.NOT_ASSESSED


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
    attack: AttackAssessment
    first_frame_at_s: float
    last_frame_at_s: float


async def match_live_face(lane: Lane, tx: Crossing, reference: Template) -> MatchedFace:
    """The best match of `policy.face_attempts` attempts; raises Referral when there was no usable face at all."""
    begins_s = custody_since(lane) + ARRIVAL_S
    live = LiveFace(Selection(begins_s), after_s=begins_s)
    try:
        async with limit(lane.limits.face_s):
            for attempt in range(1, lane.policy.face_attempts + 1):
                await attempt_match(lane, tx, reference, live)
                tx.note("face_attempt", attempt=attempt, frames=len(live.usable), matched=live.matched)
                if live.settled:
                    break
    except TimeIsUp:
        tx.note("face_time_is_up")
    if live.match is None:
        raise Referral(Reason.NO_USABLE_FACE)
    return MatchedFace(live.match, live.attack, live.usable[0].captured_at_s, live.usable[-1].captured_at_s)


async def attempt_match(lane: Lane, tx: Crossing, reference: Template, live: LiveFace) -> None:
    """One attempt: ends with all that is needed, with enough frames, or with its time."""
    await lane.display.show(Prompt.LOOK_HERE)
    live.prompt = Prompt.LOOK_HERE
    enough = len(live.usable) + FRAMES_PER_ATTEMPT
    ends_s = lane.clock.monotonic() + lane.limits.face_attempt_s
    while len(live.usable) < enough and not live.settled and lane.clock.monotonic() < ends_s:
        frame = await lane.camera.next_frame(live.after_s)
        live.after_s = frame.at_s + FRAME_STEP_S
        if why := objection(lane, live, frame):
            tx.note("frame_refused", why=why)
            continue
        with tx.machine("face"):
            capture = await examine(lane, tx, frame)
            if capture is not None:
                await take(lane, tx, reference, live, capture)


async def examine(lane: Lane, tx: Crossing, frame: Frame) -> FaceCapture | None:
    """None when it took too long because the image work had to begin anew: the next frame is looked at instead."""
    try:
        async with limit(lane.limits.match_s):
            return await lane.measure.examine(frame.image, frame.at_s)
    except TimeIsUp:
        if not tx.image_work_lost:
            raise
    tx.note("frame_refused", why="image_work_lost")
    return None


def objection(lane: Lane, live: LiveFace, frame: Frame) -> str | None:
    """Why a frame is not looked at, or None: it is old, or the source repeats itself."""
    if not is_fresh(lane, frame):
        return "stale"
    live.watch.see(frame.image, frame.at_s)
    return "frozen" if live.watch.unchanged_s > 0.0 else None


def custody_since(lane: Lane) -> float:
    """Since when this person has been alone behind locked doors; frames from before are another's, perhaps."""
    since_s = lane.doors.custody.since_s
    if since_s is None:
        raise Referral(Reason.CUSTODY_BROKEN)
    return since_s


def is_fresh(lane: Lane, frame: Frame) -> bool:
    return custody_since(lane) + ARRIVAL_S < frame.at_s and lane.clock.monotonic() - frame.at_s <= lane.frame_age_s


async def take(lane: Lane, tx: Crossing, reference: Template, live: LiveFace, capture: FaceCapture) -> None:
    """Fold one examined frame into what is known."""
    live.selection = fold(live.selection, capture)
    if live.selection.several_persons:
        raise Referral(Reason.SEVERAL_PERSONS)
    if capture.template is None:
        await hint(lane, live, capture.hint)
        return
    if live.usable and not await is_same(lane, live.usable[-1], capture, capture.template):
        follow_another(tx, live, capture)
    live.usable.append(capture)
    live.match = await lane.measure.compare(reference, live.selection.templates)
    live.attack = await lane.measure.assess_attack(tuple(live.usable))


async def is_same(lane: Lane, before: FaceCapture, now: FaceCapture, face: Template) -> bool:
    """Whether a face goes on being the one that was followed: near where it was, and like itself."""
    if before.template is None or not continues(before, now):
        return False
    return (await lane.measure.compare(before.template, (face,))).is_match


def follow_another(tx: Crossing, live: LiveFace, capture: FaceCapture) -> None:
    """Raises Referral when one face after another comes up: that is not one traveller."""
    tx.note("face_changed", tracks=live.tracks + 1, frames_void=len(live.usable))
    live.start_anew()
    live.selection = fold(live.selection, capture)
    if live.tracks > MOST_TRACKS:
        raise Referral(Reason.SEVERAL_PERSONS)


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
