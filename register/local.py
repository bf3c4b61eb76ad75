"""The border authority's register as one SQLite file beside the lane: the embedded default."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from drivers.errors import DeviceRefused, DeviceTimeout, DeviceUnavailable
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
    UseState,
    WatchlistAnswer,
    WatchlistState,
)
from register.answers import begin_use, look_up, reported_lost, screen
from register.failures import RegisterBusy, RegisterFailed
from register.found import EntryRefused
from register.offload import Offload, threaded
from register.store import Store

T = TypeVar("T")


class Now(Protocol):
    def now(self) -> datetime:
        """UTC; decides which visas are valid today."""


class LocalRegister:
    """Satisfies drivers.protocols.TravelRegister. Locked or late is UNREACHABLE, damaged is DeviceUnavailable."""

    def __init__(
        self, where: Path | str, clock: Now, name: str = "register", offload: Offload = threaded, limit_s: float = 3.0
    ) -> None:
        self._where, self._clock, self._name, self._offload, self._limit_s = where, clock, name, offload, limit_s
        self._store: Store | None = None
        self._damaged = False

    async def open(self) -> None:
        if self._store is None:
            try:
                self._store = await self._offload(Store, self._where)
                self._damaged = False
            except RegisterFailed as failed:
                raise DeviceUnavailable(self._name, str(failed)) from None

    async def close(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            await self._offload(store.close)

    async def health(self) -> Health:
        if self._store is None or self._damaged:
            return Health.FAILED
        try:
            await self._ask(self._store.check)
        except (RegisterFailed, TimeoutError):
            return Health.FAILED
        return Health.READY

    async def look_up(self, query: RegisterQuery) -> TravelRecord:
        answered_at = self._clock.now()
        try:
            return await self._guarded(look_up, query, answered_at)
        except (RegisterBusy, TimeoutError):
            return TravelRecord(query.transaction, TravelState.UNREACHABLE, answered_at)

    async def screen(self, query: RegisterQuery) -> WatchlistAnswer:
        answered_at = self._clock.now()
        try:
            return await self._guarded(screen, query, answered_at)
        except (RegisterBusy, TimeoutError):
            return WatchlistAnswer(query.transaction, WatchlistState.UNREACHABLE, answered_at)

    async def consume_entry(self, claim: PassageClaim) -> None:
        try:
            await self._guarded(Store.consume_entry, claim)
        except EntryRefused as refused:
            raise DeviceRefused(self._name, str(refused)) from None
        except (RegisterBusy, TimeoutError):
            raise DeviceTimeout(
                self._name, "the passage was not recorded in time: claim it again, it counts once."
            ) from None

    async def reported_lost(self, query: RegisterQuery) -> LostAnswer:
        answered_at = self._clock.now()
        try:
            return await self._guarded(reported_lost, query, answered_at)
        except (RegisterBusy, TimeoutError):
            return LostAnswer(query.transaction, LostState.UNREACHABLE, answered_at)

    async def begin_use(self, query: RegisterQuery) -> UseAnswer:
        answered_at = self._clock.now()
        try:
            return await self._guarded(begin_use, query, answered_at)
        except (RegisterBusy, TimeoutError):
            return UseAnswer(query.transaction, UseState.UNREACHABLE, answered_at)

    async def end_use(self, ended: UseEnded) -> None:
        try:
            await self._guarded(Store.end_use, ended.transaction, ended.end, ended.ended_at)
        except (RegisterBusy, TimeoutError):
            raise DeviceTimeout(self._name, "the end of a document's use was not recorded: tell it again.") from None

    async def _guarded(self, work: Callable[..., T], *arguments: Any) -> T:
        """Ask the open store; damage becomes DeviceUnavailable."""
        if self._store is None:
            raise DeviceUnavailable(self._name, "it is not open: call open first.")
        try:
            return await self._ask(work, self._store, *arguments)
        except RegisterBusy:
            raise
        except RegisterFailed as failed:
            self._damaged = True
            raise DeviceUnavailable(self._name, str(failed)) from None

    async def _ask(self, work: Callable[..., T], *arguments: Any) -> T:
        async with asyncio.timeout(self._limit_s):
            return await self._offload(work, *arguments)
