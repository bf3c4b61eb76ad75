"""Keeping a gate's copy in step with the register: page after page, each signed, each taken whole."""

import base64
import binascii
import secrets
from collections.abc import Iterable
from dataclasses import fields

from drivers.errors import DeviceGarbled
from link.copy_api import ChangesAnswer, CopiedRecord
from link.signing import Asked
from register.client import ServiceClient
from register.copied_visa import CopiedVisa
from register.copy import OfflineCopy
from register.model import Visa, VisaRefused
from register.offload import Offload
from register.snapshot import Synced, taken

PAGE_S = 5.0
"""The longest that one page of about 4 MB may take."""
_PLAIN = tuple(each.name for each in fields(Visa) if each.name != "portrait")


async def sync(client: ServiceClient, copy: OfflineCopy, gate: str, offload: Offload) -> int:
    """Take everything that changed since the last time. Returns how many records came. Raises DeviceError.

    The copy counts as confirmed only when the last page, with the watchlist, is in it.
    """
    known = await offload(copy.synced)
    epoch, since, listed, came = (known.epoch, known.upto, None, 0) if known else ("", 0, None, 0)
    while True:
        answer = await _page(client, gate, epoch, since)
        if answer.whole:
            listed = set[str]()
        came += len(answer.changed)
        if listed is not None:
            listed.update(each.record for each in answer.changed)
        await offload(_take, copy, answer, listed)
        epoch, since = answer.epoch, answer.upto
        if not answer.more:
            return came


async def _page(client: ServiceClient, gate: str, epoch: str, since: int) -> ChangesAnswer:
    nonce = secrets.token_hex(16)
    body = {"gate": gate, "nonce": nonce, "epoch": epoch, "since": since}
    answer = await client.ask(
        "/v1/copies/changes", body, Asked("changes", gate, nonce, gate), ChangesAnswer, limit_s=PAGE_S
    )
    if answer.more and answer.epoch == epoch and answer.upto <= since:
        raise DeviceGarbled("register", "its list of changes does not go on: ask its operator.")
    return answer


def _take(copy: OfflineCopy, answer: ChangesAnswer, listed: set[str] | None) -> None:
    """One page into the file. With the last page of a whole list, what was not in it goes."""
    synced = None
    gone = [(each.record, each.version) for each in answer.gone]
    if not answer.more:
        lists = taken(answer.watchlist, answer.answered_at, copy.mark, answer.lost)
        synced = Synced(answer.epoch, answer.upto, lists)
        gone += [(record, answer.upto) for record in copy.records() - listed] if listed is not None else []
    copy.apply(list(_visas(answer.changed)), gone, synced)


def _visas(records: Iterable[CopiedRecord]) -> Iterable[CopiedVisa]:
    for each in records:
        try:
            portrait = base64.b64decode(each.portrait, validate=True)
            visa = Visa(**{name: getattr(each, name) for name in _PLAIN}, portrait=portrait)
            yield CopiedVisa(visa, each.version, each.fresh_until, each.used, each.stay_left)
        except (VisaRefused, binascii.Error):
            raise DeviceGarbled("register", "its list holds a record that is none: compare the versions.") from None
