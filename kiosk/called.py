"""Help that somebody asks for while no crossing listens: before an idle or a closed lane, held, or on the way back.

An officer is told at once, for the button says so to whoever presses it; and the next traveller is not taken for him.
"""

import math

from drivers.errors import DeviceError
from drivers.model import Button, OfficerCase
from kiosk.lane import Lane
from kiosk.reasons import MEANINGS, Reason
from records.journal import Journal

CALLS = frozenset({Button.HELP, Button.OFFICER})
AGAIN_S = 5.0
"""Whoever presses again and again has called once."""


async def calls_answered(lane: Lane, journal: Journal, transaction: str = "") -> None:
    """For ever; for the crossing that came to rest, or for none."""
    called_s = -math.inf
    while True:
        try:
            button = await lane.panel.pressed()
            now_s = lane.clock.monotonic()
            if button in CALLS and now_s - called_s >= AGAIN_S:
                called_s = now_s
                journal.append("pressed", transaction, now_s, {"button": button.value})
                await lane.officer.tell(_case(lane, transaction, now_s), alarm=True)
        except DeviceError:  # a broken panel or an absent officer closes the lane, and is not this one's business
            await lane.clock.sleep(AGAIN_S)


def _case(lane: Lane, transaction: str, now_s: float) -> OfficerCase:
    reason = Reason.HELP_REQUESTED
    return OfficerCase(transaction, lane.name, reason.value, MEANINGS[reason].words, now_s)
