"""Choosing among the frames of one traveller: a pure fold over captures.

Frames are chosen by quality alone, never by score, so what is stated for the mean score of arbitrary frames holds for
the chosen ones. When to look at the score is the lane's; that looking after every frame hardly costs anything is
measured in docs/biometrics.md.
"""

from dataclasses import dataclass, field, replace

from biometrics.model import CaptureState, FaceCapture, Hint, Template

KEPT = 4
ALARM_FRAMES = 3
"""This many frames in a row with a second face of like size raise the two-person alarm."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The best frames so far of one attempt, and what stands in the way of better ones."""

    not_before_s: float
    """When the entry door had closed in this transaction: older frames may be of another person."""
    best: tuple[FaceCapture, ...] = field(default=(), repr=False)
    """At most KEPT, the best first."""
    seen: int = 0
    refused: int = 0
    """Frames that were too old."""
    several_in_a_row: int = 0
    hint: Hint | None = None
    """Of the newest frame; None when that frame was good."""

    @property
    def templates(self) -> tuple[Template, ...]:
        return tuple(capture.template for capture in self.best if capture.template is not None)

    @property
    def several_persons(self) -> bool:
        return self.several_in_a_row >= ALARM_FRAMES


def fold(selection: Selection, capture: FaceCapture) -> Selection:
    """What is known after one more frame."""
    if capture.captured_at_s <= selection.not_before_s:
        return replace(selection, refused=selection.refused + 1)
    several = selection.several_in_a_row + 1 if capture.state is CaptureState.SEVERAL_FACES else 0
    return replace(
        selection,
        best=_best_of(selection.best, capture),
        seen=selection.seen + 1,
        several_in_a_row=several,
        hint=capture.hint,
    )


def _best_of(best: tuple[FaceCapture, ...], capture: FaceCapture) -> tuple[FaceCapture, ...]:
    if capture.template is None:
        return best
    ranked = sorted((*best, capture), key=lambda each: each.quality.score, reverse=True)
    return tuple(ranked[:KEPT])
