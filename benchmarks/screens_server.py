"""A console in a process of its own, for the bench: `python -m benchmarks.screens_server FOLDER PORT`."""

import asyncio
import json
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from console.app import make_console
from console.enrol import add_lane, add_person
from console.room import FILE
from console.store import Store
from link.staff import StaffRole
from web.serve import serving


def person_and_keys(folder: Path, lanes: Sequence[str]) -> tuple[str, dict[str, bytes]]:
    """An officer's password and each lane's key."""
    with Store(folder / FILE) as store:
        keys = {name: bytes.fromhex(json.loads(add_lane(store, name))["key"]) for name in lanes}
        _user, password = add_person(store, "officer", StaffRole.LANE_OFFICER, must_change=False)
    return password, keys


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


async def serve(folder: Path, port: int) -> None:
    console = make_console(folder, is_secure=False)
    async with serving(console.app, port=port) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
