"""Step 1 (T1-T2): the document is laid down and read. Never repaired, never guessed: read again, or refer."""

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date

import numpy as np

from biometrics.model import CaptureState
from drivers.errors import DeviceTimeout
from drivers.model import ChipVerdict, Image, Light, PageScan, Prompt
from kiosk.crossing import Crossing
from kiosk.document import Assurance, TravelDocument
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.reasons import Reason, Referral
from mrz.errors import MrzRejected
from mrz.model import Mrz, MrzRead, Quadrilateral, RescanReason, Verdict
from mrz.parse import parse

LOOK_S = 0.3
ZONE_LIGHTS = (Light.VISIBLE, Light.INFRARED)
RESCAN_PROMPTS: dict[RescanReason | None, Prompt] = {RescanReason.NO_MRZ: Prompt.NOT_A_PASSPORT}
"""What the traveller is told before the next try; PLACE_AGAIN for the rest."""


async def read_document(lane: Lane, tx: Crossing) -> TravelDocument:
    """Read the page that lies on the reader, at most `policy.document_attempts` times."""
    today = lane.calendar.today()
    await lane.display.show(Prompt.READING)
    reason = Reason.PAGE_UNREADABLE
    for attempt in range(1, lane.policy.document_attempts + 1):
        try:
            with tx.machine("document"):
                scan = await lane.reader.scan()
                read = await lane.measure.read_page(readable(scan), today)
        except DeviceTimeout:  # lifted too early (E44), or a reader that will fail again
            if attempt == lane.policy.document_attempts:
                if await lies_there(lane):
                    raise
                raise Referral(Reason.DOCUMENT_PULLED_AWAY) from None
            await lay_it_again(lane, Prompt.PLACE_AGAIN)
            continue
        tx.note(
            "page_read",
            attempt=attempt,
            verdict=read.verdict.value,
            lights=len(scan.images),
            text=bool(scan.text),
            chip=scan.chip.value,
        )
        mrz, reason = accepted(read, scan, today)
        if mrz is not None:
            await lane.display.speak(mrz.issuing_state)
            chip = await chip_verdict(lane, tx, scan)
            assurance = Assurance.CHIP_REPORTED if chip is ChipVerdict.GENUINE else Assurance.MRZ_ONLY
            return TravelDocument(mrz, assurance, upright(scan.images, read.quadrilateral), chip)
        if reason is Reason.NOT_A_TRAVEL_DOCUMENT and await shows_a_portrait(lane, scan):
            reason = Reason.PAGE_UNREADABLE
        if read.verdict is Verdict.REFER:
            break
        if attempt < lane.policy.document_attempts:
            await lay_it_again(lane, RESCAN_PROMPTS.get(read.reason, Prompt.PLACE_AGAIN))
    raise Referral(reason)


def readable(scan: PageScan) -> PageScan:
    """Without the light under which no zone shows."""
    return replace(scan, images={light: image for light, image in scan.images.items() if light in ZONE_LIGHTS})


def accepted(read: MrzRead, scan: PageScan, today: date) -> tuple[Mrz | None, Reason]:
    """The parsed zone, or why there is none. The device's own text, where it sent one, must say the same (E7)."""
    if read.verdict is not Verdict.ACCEPT:
        nothing_there = read.reason is RescanReason.NO_MRZ
        return None, Reason.NOT_A_TRAVEL_DOCUMENT if nothing_there else unread_reason(read)
    try:
        mrz = parse(read.lines, today)
    except MrzRejected:
        return None, Reason.CHECK_DIGIT_WRONG
    if scan.text and scan.images and tuple(scan.text) != tuple(read.lines):
        return None, Reason.ZONES_DIFFER
    return mrz, Reason.PASSED


def unread_reason(read: MrzRead) -> Reason:
    """A zone that was read with a wrong check digit is evidence; one that was not read is only a bad picture."""
    return Reason.CHECK_DIGIT_WRONG if read.verdict is Verdict.REFER and read.lines else Reason.PAGE_UNREADABLE


async def lies_there(lane: Lane) -> bool:
    """Whether a page still lies on the reader that could not scan it."""
    try:
        async with limit(LOOK_S):
            await lane.reader.wait_presented()
    except TimeIsUp:
        return False
    return True


async def chip_verdict(lane: Lane, tx: Crossing, scan: PageScan) -> ChipVerdict:
    """What the reader says of the chip; one that is silent is asked once more, while the page lies still (E4)."""
    chip = scan.chip
    if chip is ChipVerdict.SILENT:
        await lane.display.show(Prompt.HOLD_STILL)
        with tx.machine("document"), suppress(DeviceTimeout):
            chip = (await lane.reader.scan()).chip
        tx.note("chip_asked_again", chip=chip.value)
    lane.notices.antenna_failed = chip is ChipVerdict.ANTENNA_FAILED
    return chip


async def shows_a_portrait(lane: Lane, scan: PageScan) -> bool:
    """A page with a face on it is a passport's, however badly its zone can be read (E3)."""
    seen: dict[Light, Image] = {light: image for light, image in scan.images.items() if light is Light.VISIBLE}
    capture = await lane.measure.page_portrait(seen) if seen else None
    return capture is not None and capture.state is not CaptureState.NO_FACE


def upright(images: Mapping[Light, Image], zone: Quadrilateral | None) -> Mapping[Light, Image]:
    """The page as it is read, whichever way round it lay: its zone says where its top is."""
    if zone is None:
        return images
    (left_x, left_y), (right_x, right_y) = zone[0], zone[1]
    quarters = round(math.degrees(math.atan2(right_y - left_y, right_x - left_x)) / 90.0) % 4
    if quarters == 0:
        return images
    return {light: np.ascontiguousarray(np.rot90(image, quarters)) for light, image in images.items()}


async def lay_it_again(lane: Lane, prompt: Prompt) -> None:
    """Ask for another try, and wait until the page was lifted and laid down once more."""
    await lane.display.show(prompt)
    try:
        async with lane.patience.limit(lane.limits.place_document_s, lane.display):
            await lane.reader.wait_removed()
            await lane.reader.wait_presented()
    except TimeIsUp:
        raise Referral(Reason.DOCUMENT_PULLED_AWAY) from None
    await lane.display.show(Prompt.READING)
