"""What a document reader promises (drivers.protocols.DocumentReader)."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import numpy as np

from drivers.contract.check import SOON_S, Check, ContractBroken, require, stays_waiting, within
from drivers.errors import DeviceTimeout
from drivers.model import Health, PageScan
from drivers.protocols import DocumentReader

QUIET_S = 0.5


class ReaderRig(Protocol):
    """Hands at the reader. Documents are laid down one after the other; two in a row differ where the rig can."""

    patience_s: float
    """How long the hands, and the reader after them, may take."""

    notices_lifting: bool
    """The reader can tell that nothing lies on it any more."""

    async def lay_down(self) -> None:
        """A document that the reader can read."""

    async def lift(self) -> None:
        """Take away whatever lies there."""


class AskedPerson:
    """A ReaderRig for a real reader: says what to do, and does not wait for it."""

    def __init__(self, say: Callable[[str], None], notices_lifting: bool, patience_s: float = 30.0) -> None:
        self._say = say
        self.notices_lifting, self.patience_s = notices_lifting, patience_s

    async def lay_down(self) -> None:
        self._say("Lay a document on the reader, or swipe it.")

    async def lift(self) -> None:
        self._say("Take the document away.")


async def is_ready(reader: DocumentReader, _rig: ReaderRig) -> None:
    require(await reader.health() is Health.READY, "its health is not READY though it was just opened")


async def waits_for_a_document(reader: DocumentReader, _rig: ReaderRig) -> None:
    await stays_waiting(QUIET_S, reader.wait_presented(), "it says that a document lies on it, but none does")


async def refuses_to_scan_nothing(reader: DocumentReader, _rig: ReaderRig) -> None:
    try:
        await reader.scan()
    except DeviceTimeout:
        return
    raise ContractBroken("it scanned a page though none lies on it")


async def notices_and_scans(reader: DocumentReader, rig: ReaderRig) -> None:
    before_s = asyncio.get_running_loop().time()
    scan = await _lay_and_scan(reader, rig)
    after_s = asyncio.get_running_loop().time()
    require(bool(scan.text or scan.images), "its scan has neither text nor images")
    require(before_s <= scan.captured_at_s <= after_s, "its scan's time is not on the lane's clock")
    require(all(line.isascii() and line.isprintable() for line in scan.text), "its text is not printable ASCII")
    for image in scan.images.values():
        require(image.dtype == np.uint8, "an image is not 8 bit")
        require(image.ndim == 3 and image.shape[2] == 3, "an image is not height x width x 3")
    await _lift(reader, rig)


async def scans_the_next_document_anew(reader: DocumentReader, rig: ReaderRig) -> None:
    first = await _lay_and_scan(reader, rig)
    await _lift(reader, rig)
    await stays_waiting(QUIET_S, reader.wait_presented(), "the document that was taken away is still there for it")
    second = await _lay_and_scan(reader, rig)
    require(second.captured_at_s > first.captured_at_s, "its second scan is not newer than its first")
    await _lift(reader, rig)


async def a_given_up_wait_loses_nothing(reader: DocumentReader, rig: ReaderRig) -> None:
    waiting = asyncio.create_task(reader.wait_presented())
    await asyncio.sleep(0.1)
    waiting.cancel()
    await asyncio.wait([waiting])
    await _lay_and_scan(reader, rig)
    await _lift(reader, rig)


async def _lay_and_scan(reader: DocumentReader, rig: ReaderRig) -> PageScan:
    await rig.lay_down()
    await within(rig.patience_s, reader.wait_presented(), "it did not notice the document")
    return await reader.scan()


async def _lift(reader: DocumentReader, rig: ReaderRig) -> None:
    if rig.notices_lifting:
        await stays_waiting(
            QUIET_S, reader.wait_removed(), "it says that the document was taken away, but it lies there"
        )
    await rig.lift()
    limit_s = rig.patience_s if rig.notices_lifting else SOON_S
    await within(limit_s, reader.wait_removed(), "it did not notice that the document was taken away")


CHECKS: list[Check[DocumentReader, ReaderRig]] = [
    Check("it is ready when it was opened", is_ready),
    Check("it waits while no document lies there", waits_for_a_document),
    Check("it refuses to scan when no document lies there", refuses_to_scan_nothing),
    Check("it notices a document, scans it, and notices its leaving", notices_and_scans),
    Check("it scans the next document anew", scans_the_next_document_anew),
    Check("a wait that was given up loses no document", a_given_up_wait_loses_nothing),
]
