"""The register as a gate sees it: its service, and the gate's own copy for as long as the service is silent.

Order: what the copy had confirmed seconds ago and does not count entries; then the service; then, only after silence,
the copy, marked with when it was confirmed (`TravelRecord.copied_at`): whether that is enough is the site's policy.
An answer that proves nothing is no silence: it goes to an officer.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from drivers.errors import DeviceError, DeviceRefused, DeviceTimeout, DeviceUnavailable
from drivers.model import Health
from link.travel import (
    LostAnswer,
    LostState,
    PassageClaim,
    RegisterQuery,
    TravelRecord,
    TravelState,
    UseAnswer,
    UseEnded,
    WatchlistAnswer,
    WatchlistState,
)
from register.client import ServiceClient, Time
from register.copied_visa import CopiedVisa
from register.copy import OfflineCopy
from register.failures import RegisterFailed
from register.found import Found
from register.kept_uses import Uses
from register.offload import Offload, threaded
from register.sealing import GateKey
from register.snapshot import Synced
from register.sync import sync

MAX_SKEW = timedelta(seconds=5)
SILENT = (DeviceUnavailable, DeviceTimeout)


class Clock(Time, Protocol):
    async def sleep(self, seconds: float) -> None:
        """Of this clock's time."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a gate keeps its copy."""

    path: Path
    gate: str
    """By which the register knows it."""
    sync_every_s: float = 10.0
    fresh_s: float = 30.0
    """A record confirmed so recently is answered without asking; only one that is not counted by entries."""
    cut_after_s: float = 5.0
    """The service counts as cut when it has been silent for so long."""


class GateRegister:
    """Satisfies drivers.protocols.TravelRegister. A copy that fails is not used; the service still is."""

    def __init__(
        self, client: ServiceClient, keeping: Keeping, key: GateKey, clock: Clock, offload: Offload = threaded
    ) -> None:
        self._client, self._keeping, self._key, self._clock, self._offload = client, keeping, key, clock, offload
        self._copy: OfflineCopy | None = None
        self._synced: Synced | None = None
        self._following: asyncio.Task[None] | None = None
        self._cut = False
        self._step = asyncio.Event()
        self._uses = Uses()
        self.owes = 0
        """Passages that the register has not been told, as far as this run knows."""
        self.trouble = ""
        """Why the last sync failed; empty when it did not."""

    async def open(self) -> None:
        if self._copy is not None:
            return
        keeping = self._keeping
        try:
            self._copy = await self._offload(OfflineCopy, keeping.path, keeping.gate, self._key)
            self._synced = await self._offload(self._copy.synced)
            self._uses.kept = await self._offload(self._copy.kept_uses)
        except RegisterFailed as failed:
            raise DeviceUnavailable("register", str(failed)) from None
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        following, self._following = self._following, None
        if following is not None:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
        copy, self._copy = self._copy, None
        if copy is not None:
            await self._offload(copy.close)
            await self._client.close()

    async def health(self) -> Health:
        if self._copy is None:
            return Health.FAILED
        return Health.DEGRADED if self.is_cut() else Health.READY

    def is_cut(self) -> bool:
        """The service has been silent for long enough, or is back and not yet told every passage."""
        since_s = self._client.breaker.cut_since_s
        if since_s is not None and self._clock.monotonic() - since_s > self._keeping.cut_after_s:
            self._cut = True
        return self._cut

    async def next_step(self) -> None:
        """Wait until gate and service have come into step since this was last asked."""
        await self._step.wait()
        self._step.clear()

    # --- questions ----------------------------------------------------------------------------------------

    async def look_up(self, query: RegisterQuery) -> TravelRecord:
        copied = await self._copied(query)
        if copied is not None and self._is_fresh(copied):
            return copied
        try:
            return await self._client.record(query)
        except SILENT:
            return copied or TravelRecord(query.transaction, TravelState.UNREACHABLE, self._clock.now())

    async def screen(self, query: RegisterQuery) -> WatchlistAnswer:
        try:
            return await self._client.watchlist(query)
        except SILENT:
            return self._screened(query)

    async def consume_entry(self, claim: PassageClaim) -> None:
        """The passage is on the gate's disk before the service is told, and counts here until the copy has it."""
        await self._offload(self._opened().owe, claim)
        try:
            consumed = await self._client.passage(claim)
        except SILENT:
            self.owes += 1
            raise DeviceTimeout("register", "the passage is kept here and told when the service is back.") from None
        if not consumed:
            raise DeviceRefused("register", "no entry was left: the passage is kept as a conflict, tell an officer.")

    async def reported_lost(self, query: RegisterQuery) -> LostAnswer:
        """The service, or after its silence the list that came with the copy, with the moment of that list."""
        try:
            return await self._client.reported_lost(query)
        except SILENT:
            synced, now = self._synced, self._clock.now()
            if synced is None or synced.at > now + MAX_SKEW:
                return LostAnswer(query.transaction, LostState.UNREACHABLE, now)
            return synced.watchlist.lost_answer(query, self._opened().mark)

    async def begin_use(self, query: RegisterQuery) -> UseAnswer:
        """The hall's ledger, or after its silence what this lane knows by itself."""
        self._uses.begin(query)
        try:
            return await self._client.begin_use(query)
        except SILENT:
            return self._uses.known(query, self._clock.now())

    async def end_use(self, ended: UseEnded) -> None:
        """What the ledger could not be told lies sealed on the disk, and is told when the service is back."""
        use = self._uses.end(ended)
        try:
            await self._client.end_use(ended)
        except SILENT:
            if use is not None:
                await self._offload(self._opened().keep_use, use)
                self._uses.kept = (*self._uses.kept, use)
            raise DeviceTimeout("register", "the use's end is kept here and told when the service is back.") from None

    # --- the copy -----------------------------------------------------------------------------------------

    def _opened(self) -> OfflineCopy:
        if self._copy is None:
            raise DeviceUnavailable("register", "it is not open: call open first.")
        return self._copy

    async def _copied(self, query: RegisterQuery) -> TravelRecord | None:
        """What the copy says, with the moment when it was confirmed; None = it does not know this document."""
        copy, synced, now = self._opened(), self._synced, self._clock.now()
        if synced is None or synced.at > now + MAX_SKEW:
            return None
        try:
            found = await self._offload(copy.find, query.issuing_state, query.document_number, query.birth_date)
        except RegisterFailed as failed:
            self.trouble, self._synced = str(failed), None
            return None
        return _record(query, [each for each in found if now <= each.fresh_until], synced.at, now)

    def _is_fresh(self, record: TravelRecord) -> bool:
        assert record.copied_at is not None  # noqa: S101  (only records of the copy are asked about)
        recent = record.answered_at - record.copied_at <= timedelta(seconds=self._keeping.fresh_s)
        counted = record.entries_left is not None or record.stay_days_left is not None
        return recent and record.state is TravelState.VALID and not counted

    def _screened(self, query: RegisterQuery) -> WatchlistAnswer:
        synced, now = self._synced, self._clock.now()
        if synced is None or synced.at > now + MAX_SKEW:
            return WatchlistAnswer(query.transaction, WatchlistState.UNREACHABLE, now)
        return synced.watchlist.screen(query, self._opened().mark)

    # --- in step with the service -------------------------------------------------------------------------

    async def _follow(self) -> None:
        while True:
            try:
                await self._catch_up()
                self.trouble, self._cut = "", False
                self._step.set()
            except (DeviceError, RegisterFailed) as failed:
                self.trouble = str(failed)
            await self._clock.sleep(self._keeping.sync_every_s)

    async def _catch_up(self) -> None:
        """First the passages, then the list that counts them; only then the gate need not count them itself."""
        copy, told = self._opened(), list[str]()
        for claim in await self._offload(copy.owed):
            with suppress(DeviceRefused):  # it stays owed; the others are told
                await self._client.passage(claim)
                told.append(claim.transaction)
        await self._tell_uses(copy)
        await sync(self._client, copy, self._keeping.gate, self._offload)
        for transaction in told:
            await self._offload(copy.settle, transaction)
        self.owes = len(await self._offload(copy.owed))
        self._synced = await self._offload(copy.synced)

    async def _tell_uses(self, copy: OfflineCopy) -> None:
        """Begin and end of each: the ledger takes both once, however often they come."""
        for use in self._uses.kept:
            await self._client.begin_use(use.query)
            await self._client.end_use(use.ended)
            await self._offload(copy.drop_use, use.ended.transaction)
        self._uses.kept = await self._offload(copy.kept_uses)


def _record(query: RegisterQuery, found: list[CopiedVisa], copied_at: datetime, now: datetime) -> TravelRecord | None:
    """As the register itself would answer (register/answers.py)."""
    if not found:
        return None
    today = now.date()
    found.sort(key=lambda each: (each.visa.valid_until, each.visa.record))
    uses = [(Found(each.visa, each.used, each.stay_left), each.visa.portrait) for each in found]
    valid = [each for each in uses if each[0].state(today, query.direction) is TravelState.VALID]
    if len(valid) > 1:
        return TravelRecord(query.transaction, TravelState.SEVERAL, now, copied_at=copied_at)
    use, portrait = valid[0] if valid else uses[-1]
    visa = use.visa
    return TravelRecord(
        transaction=query.transaction,
        state=use.state(today, query.direction),
        answered_at=now,
        direction=query.direction,
        record=visa.record,
        issuing_state=visa.issuing_state,
        document_number=visa.document_number,
        surname=visa.surname,
        given_names=visa.given_names,
        birth_date=visa.birth_date,
        portrait=portrait,
        valid_from=visa.valid_from,
        valid_until=visa.valid_until,
        entries_left=use.entries_left,
        stay_days_left=use.stay_left,
        restrictions=visa.restrictions,
        copied_at=copied_at,
    )
