"""Step 1 (T1-T2): the document is laid down and read. Never repaired, never guessed: read again, or refer."""

from dataclasses import replace
from datetime import date

from drivers.errors import DeviceTimeout
from drivers.model import Light, PageScan, Prompt
from kiosk.crossing import Crossing
from kiosk.document import Assurance, TravelDocument
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp
from kiosk.reasons import Reason, Referral
from mrz.errors import MrzRejected
from mrz.model import Mrz, MrzRead, RescanReason, Verdict
from mrz.parse import parse

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
                raise
            await lay_it_again(lane, Prompt.PLACE_AGAIN)
            continue
        tx.note("page_read", attempt=attempt, verdict=read.verdict.value, lights=len(scan.images), text=bool(scan.text))
        mrz, reason = accepted(read, scan, today)
        if mrz is not None:
            await lane.display.speak(mrz.issuing_state)
            return TravelDocument(mrz, Assurance.MRZ_ONLY, scan.images)
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
