"""A console on a loopback port with people and keys, for one test."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher

from console.app import Console, make_console
from console.enrol import add_lane
from console.room import FILE
from console.staff import USER, User
from console.store import Store
from link.staff import StaffRole
from tests.console.lanes import PretendLane, pretend_lane
from web.serve import serving

PASSWORD = "a long word of the test"  # noqa: S105  (known to this test alone)
PEOPLE = {
    "officer": StaffRole.LANE_OFFICER,
    "colleague": StaffRole.LANE_OFFICER,
    "supervisor": StaffRole.SHIFT_SUPERVISOR,
    "second": StaffRole.SHIFT_SUPERVISOR,
    "desk": StaffRole.INVESTIGATOR,
    "engineer": StaffRole.ENGINEER,
    "viewer": StaffRole.VIEWER,
    "auditor": StaffRole.AUDITOR,
    "assistant": StaffRole.ASSISTANT,
}
LANES = {"assistant": ("A1",)}
"""Who stands at a lane."""
HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
"""Cheap on purpose: what a real one costs is the machine's affair."""
DEADLINE_S = 60.0
LIMIT_S = 180.0
"""Against hanging alone: a busy machine is not what these tests are about."""


@dataclass(slots=True)
class Rig:
    folder: Path
    console: Console
    address: str
    keys: dict[str, bytes] = field(repr=False)
    stack: AsyncExitStack = field(repr=False)
    late: timedelta = timedelta()
    """How far the console's clock is put on."""

    @property
    def room(self) -> Any:
        return self.console.room

    def now(self) -> datetime:
        return datetime.now(UTC) + self.late

    def put_on(self, seconds: float) -> None:
        self.late += timedelta(seconds=seconds)
        self.room.tick()

    async def lane(self, name: str = "A1", boot: str = "") -> PretendLane:
        lane = await self.stack.enter_async_context(pretend_lane(self.address, name, self.keys[name], boot))
        await until(lambda: lane.link.is_up and self.room.lanes.lanes[name].now is not None)
        await until(lambda: lane.link.on_duty == self.room.on_duty)  # its first beat: a lane asks nobody before
        return lane

    async def officer(self, login: str = "officer") -> httpx.AsyncClient:
        """A signed-in browser without its page."""
        client = await self.stranger()
        answer = await client.post("/session", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client

    async def at_post(self, login: str = "officer") -> httpx.AsyncClient:
        """A signed-in officer whose screen stays open."""
        client = await self.officer(login)
        session = self.room.staff.of(next(iter(client.cookies.jar)).value, self.room.now_s)
        self.room.staff.screen(session, True, self.room.now_s)
        return client

    async def stranger(self) -> httpx.AsyncClient:
        return await self.stack.enter_async_context(
            httpx.AsyncClient(base_url=f"{self.address}/api/v1", headers={"X-Egate": "1"}, timeout=DEADLINE_S)
        )


@asynccontextmanager
async def console_at(folder: Path, *lanes: str, port: int = 0) -> AsyncIterator[Rig]:
    """`folder` may hold an earlier console's files: then people and keys are those."""
    names = lanes or ("A1",)
    keys_file = folder / "keys.json"
    with Store(folder / FILE) as store:
        if not keys_file.exists():
            keys_file.write_text(json.dumps({name: json.loads(add_lane(store, name))["key"] for name in names}))
            for login, role in PEOPLE.items():
                user = User(
                    id=f"officer-{login}",
                    login=login,
                    role=role,
                    hash=HASH,
                    must_change=False,
                    lanes=LANES.get(login, ()),
                )
                store.put(USER, user.id, user)
    keys = {name: bytes.fromhex(key) for name, key in json.loads(keys_file.read_text()).items()}
    console = make_console(folder, is_secure=False)
    async with AsyncExitStack() as outer:
        address = await outer.enter_async_context(serving(console.app, port=port))
        stack = await outer.enter_async_context(AsyncExitStack())
        rig = Rig(folder, console, address, keys, stack)
        console.room.now = rig.now
        yield rig


def on_console(folder: Path, work: Callable[[Rig], Coroutine[Any, Any, None]], *lanes: str) -> None:
    async def run() -> None:
        async with asyncio.timeout(LIMIT_S), console_at(folder, *lanes) as rig:
            await work(rig)

    asyncio.run(run())


async def until(holds: Callable[[], object], limit_s: float = DEADLINE_S) -> None:
    async with asyncio.timeout(limit_s):
        while not holds():  # noqa: ASYNC110  (what is waited for is another thread's)
            await asyncio.sleep(0.01)


def order(transaction: str, rev: int, command: str = "pass", **more: object) -> dict[str, object]:
    return {
        "command": command,
        "transaction_id": transaction,
        "rev": rev,
        "reason_code": "same_person",
        "looked_ms": 5000,
        **more,
    }


def key(name: str) -> dict[str, str]:
    return {"Idempotency-Key": f"test-key-{name}"}
