"""The figure of a first sync: a whole list of expected travellers over mutual TLS on loopback, signed and sealed."""

import asyncio
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from cli.register_served import served
from drivers.clock import WallClock
from register.model import Visa
from register.store import Store

TOKEN_BYTES = 19_000
LIMIT_S = 300.0


def sync(travellers: int = 5_000) -> dict[str, Any]:
    """Seconds from an empty copy until it is confirmed."""
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as folder:
        register = Path(folder) / "register.sqlite"
        _fill(register, travellers)
        began_s = time.process_time()
        took_s = asyncio.run(_timed(register, Path(folder)))
        cpu_s = time.process_time() - began_s
    return {
        "travellers": travellers,
        "token_portrait_bytes": TOKEN_BYTES,
        "synced_s": round(took_s, 2),
        "cpu_s_of_both_ends": round(cpu_s, 2),
    }


def _fill(path: Path, travellers: int) -> None:
    rng, today = Random(7), WallClock().now().date()
    until = today + timedelta(days=9)
    with Store(path, create=True) as store:
        store.add(
            Visa(
                f"V-{n}", "UTO", f"X{n:08d}", "740812", "MADE", f"UP {n}", "UTO", today, until, 1,
                portrait=rng.randbytes(TOKEN_BYTES),
            )
            for n in range(travellers)
        )  # fmt: skip


async def _timed(register: Path, folder: Path) -> float:
    async with asyncio.timeout(LIMIT_S), served(register, folder, "bench-1", WallClock()) as at_work:
        began_s = time.perf_counter()
        await at_work.register.open()
        try:
            await at_work.register.next_step()
            return time.perf_counter() - began_s
        finally:
            await at_work.register.close()
