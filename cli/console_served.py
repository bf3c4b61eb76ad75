"""The supervisor's console beside a demonstration lane, in a thread and event loop of its own: the lane never waits."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.devices import MirroredOfficer
from config.schema import Site
from link.staff import StaffRole
from web.errors import ServingFailed
from web.serve import serving

PEOPLE = (
    ("officer", StaffRole.LANE_OFFICER),
    ("supervisor", StaffRole.SHIFT_SUPERVISOR),
    ("desk", StaffRole.INVESTIGATOR),
)
STOP_S = 5.0


@dataclass(frozen=True, slots=True)
class DemoConsole:
    address: str
    """Of the page."""
    lane_key: Path
    sign_ins: tuple[tuple[str, str], ...] = field(repr=False)
    """Login and password, made at start and known to nobody else."""

    @property
    def origin(self) -> str:
        return self.address.removesuffix("/console")

    def over(self, site: Site) -> Site:
        """The site whose officer is reached through this console."""
        section = MirroredOfficer(kind="mirrored", address=self.origin, key_file=str(self.lane_key))
        return site.model_copy(update={"officer": section})


@contextmanager
def demo_console(folder: Path, lane: str, port: int = 0) -> Iterator[DemoConsole]:
    """Serve the console from `folder` while the context is open. Raises ServingFailed."""
    from console.app import make_console
    from console.enrol import add_lane, add_person
    from console.room import FILE
    from console.staff import Staff
    from console.store import Store

    with Store(folder / FILE) as store:
        key = folder / "console-lane.json"
        key.touch(mode=0o600)
        key.write_text(add_lane(store, lane))
        for user in Staff(store).users.values():  # of an earlier demonstration in the same folder
            store.drop("user", user.id)
        sign_ins = tuple((login, add_person(store, login, role, must_change=False)[1]) for login, role in PEOPLE)
    console = make_console(folder, is_secure=False)
    loop, stop, started = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    found: list[str | ServingFailed] = []

    async def serve() -> None:
        try:
            async with serving(console.app, port=port) as address:
                found.append(address)
                started.set()
                await stop.wait()
        except ServingFailed as failed:
            found.append(failed)
            started.set()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="console", daemon=True)
    thread.start()
    started.wait()
    try:
        if isinstance(found[0], ServingFailed):
            raise found[0]
        yield DemoConsole(f"{found[0]}/console", key, sign_ins)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(STOP_S)
        if not thread.is_alive():
            loop.close()
