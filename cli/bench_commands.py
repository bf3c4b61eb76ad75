"""egate bench: the project's figures, measured here and now, beside what is wanted of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.exits import DEVICE, USAGE, CommandFailed
from cli.failing import devices_may_fail


@dataclass(frozen=True, slots=True)
class Bench:
    wanted: str
    run: Callable[[float], dict[str, Any]]
    """Takes the share of the full length to do."""


def _machine(share: float) -> dict[str, Any]:
    from benchmarks.lane import machine_share

    return machine_share(max(2, round(20 * share)))


def _heartbeat(share: float) -> dict[str, Any]:
    from benchmarks.lane import heartbeat

    return heartbeat(600 * share)


def _recorded(share: float) -> dict[str, Any]:
    from benchmarks.lane import virtual

    return virtual(max(8, round(1000 * share)), recorded=True)


def _image_work(share: float) -> dict[str, Any]:
    from benchmarks.lane import virtual

    return virtual(max(4, round(120 * share)), recorded=False)


def _start(_share: float) -> dict[str, Any]:
    from benchmarks.lane import start

    return start()


def _doors(share: float) -> dict[str, Any]:
    from benchmarks.doors import commands

    return commands(max(20, round(200 * share)))


def _explore(share: float) -> dict[str, Any]:
    from benchmarks.doors import exploration

    return exploration(None if share == 1.0 else round(100_000 * share))


def _copy(share: float) -> dict[str, Any]:
    from benchmarks.copy import fill, look_up

    return {**look_up(max(10_000, round(1_000_000 * share))), **fill(max(100, round(5_000 * share)))}


def _soak(share: float) -> dict[str, Any]:
    from benchmarks.soak import soak

    return soak(max(10_000, round(10_000_000 * share)))


def _crash(share: float) -> dict[str, Any]:
    from benchmarks.crash import crash

    return crash(max(10, round(1_000 * share)))


def _kills(share: float) -> dict[str, Any]:
    from benchmarks.crash_kills import kills

    return kills(max(3, round(100 * share)))


def _pairs(share: float) -> dict[str, Any]:
    from benchmarks.pairs import pairs

    return pairs(share)


def _fire(share: float) -> dict[str, Any]:
    from benchmarks.fire import fire

    return fire(max(1, round(4 * share)))


def _sensing(share: float) -> dict[str, Any]:
    from benchmarks.sensing import sensing

    return sensing(max(20, round(10_000 * share)))


def _journal(share: float) -> dict[str, Any]:
    from benchmarks.journal import append

    return append(max(200, round(2_000 * share)))


def _capacity(share: float) -> dict[str, Any]:
    from benchmarks.journal import capacity

    return capacity(max(500, round(50_000 * share)))


def _sync(share: float) -> dict[str, Any]:
    from benchmarks.sync import sync

    return sync(max(200, round(5_000 * share)))


def _outbox(share: float) -> dict[str, Any]:
    from benchmarks.outbox import catch_up

    return catch_up(max(2_000, round(20_000 * share)))


def _crashes(share: float) -> dict[str, Any]:
    from benchmarks.outbox_crashes import crashes

    return crashes(max(20, round(1_000 * share)))


def _face(share: float) -> dict[str, Any]:
    from benchmarks.face_lane import face_times

    return face_times(max(4, round(72 * share)))


def _worker(share: float) -> dict[str, Any]:
    from benchmarks.image_worker import image_worker

    return image_worker(max(2, round(5 * share)), max(2, round(36 * share)))


def _screens(share: float) -> dict[str, Any]:
    from benchmarks.screens import NoBrowser, screens

    try:
        return screens(share)
    except NoBrowser as missing:
        raise CommandFailed(f"bench: {missing}.", DEVICE) from None


def _service(share: float) -> dict[str, Any]:
    from benchmarks.register_service import look_up

    return look_up(max(10_000, round(1_000_000 * share)), max(3.0, 20.0 * share))


BENCHES: dict[str, Bench] = {
    "machine": Bench(
        "machine's share of a crossing: p50 <= 600 ms, p95 <= 1000 ms; last frame to decision p95 <= 150 ms", _machine
    ),
    "doors": Bench("door command written to accepted at 115200 baud: p50 <= 25 ms, p95 <= 60 ms", _doors),
    "explore": Bench("unsafe states of the door controller that can be reached: 0", _explore),
    "soak": Bench("unsafe states of doors and people in 10 million random events: 0", _soak),
    "crash": Bench(
        "kill at every journal write and 1,000 random moments: lost 0, doubled 0, wrongly opened 0; back <= 10 s",
        _crash,
    ),
    "kills": Bench(
        "100 real SIGKILLs of lane, door controller, image worker: lost 0, doubled 0, wrongly opened 0; back <= 10 s",
        _kills,
    ),
    "pairs": Bench(
        "every two disturbances around one crossing: nothing that never may be, and the next one crosses", _pairs
    ),
    "fire": Bench("fire and emergency stop in every state: doors commanded <= 100 ms, program knows <= 50 ms", _fire),
    "sensing": Bench(
        "two persons and things left behind: all found; false alarms <= 0.5 % of 10,000 single travellers", _sensing
    ),
    "heartbeat": Bench("50 Hz cycle under load: 0 late (> 100 ms) in 10 min", _heartbeat),
    "virtual": Bench("virtual clock, recorded measurements: >= 1000 crossings a minute", _recorded),
    "images": Bench("virtual clock, real image work: >= 120 crossings a minute", _image_work),
    "copy": Bench("gate's own copy, 1 M records: p50 <= 0.5 ms, p95 <= 3 ms; 5,000 stored <= 15 s", _copy),
    "journal": Bench("a durable entry: p50 <= 1 ms where a bare SQLite insert takes 0.2 ms", _journal),
    "capacity": Bench("a gate without its centre: >= 72 h or 50,000 crossings kept and proved", _capacity),
    "service": Bench(
        "look-up at the register's service, 1 M visas, 100 a second: p50 <= 10 ms, p95 <= 40 ms", _service
    ),
    "sync": Bench("a gate's first sync over TLS: 5,000 travellers with 19 kB portraits <= 15 s", _sync),
    "outbox": Bench("outbox to a centre over mutual TLS: >= 1,000 entries a second, none lost or doubled", _outbox),
    "crashes": Bench(
        "outbox, >= 1,000 kills, lost answers, half-written files, full disks: 0 lost, 0 doubled", _crashes
    ),
    "face": Bench("frame to vector p50 <= 35 ms, p95 <= 50 ms; last frame to decision p95 <= 150 ms", _face),
    "worker": Bench("image worker: ready <= 1.5 s, <= 350 MB", _worker),
    "screens": Bench(
        "event to glass p95 <= 250 ms; case <= 1 s; self-view p95 <= 50 ms; restart <= 2 s; heap < 1 MB, server < 5 MB",
        _screens,
    ),
    "start": Bench("egate demo --once: begun <= 6 s, <= 600 MB", _start),
}


@devices_may_fail
def bench(
    names: Annotated[list[str] | None, typer.Argument(help=f"Which: {', '.join(BENCHES)}; none = all.")] = None,
    share: Annotated[float, typer.Option(min=0.01, max=1.0, help="Share of the full length to do.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Measure the lane on this computer and print each figure beside what is wanted.

    Examples:

      egate bench                    all of it; the heartbeat alone takes ten minutes

      egate bench machine virtual    two of them

      egate bench --share 0.1        a tenth of each
    """
    chosen = names or list(BENCHES)
    for name in chosen:
        if name not in BENCHES:
            raise CommandFailed(f"bench: there is no '{name}'; choose from {', '.join(BENCHES)}", USAGE)
    out, results = Console(stderr=as_json), {}
    for name in chosen:
        with out.status(f"{name}: {BENCHES[name].wanted}"):
            results[name] = BENCHES[name].run(share)
        if not as_json:
            _print(out, name, results[name])
    if as_json:
        print(json.dumps(results, indent=2))  # noqa: T201  (for tools)


def _print(out: Console, name: str, result: dict[str, Any]) -> None:
    table = Table(title=f"{name} (wanted: {BENCHES[name].wanted})", title_justify="left")
    table.add_column("figure")
    table.add_column("seen", justify="right")
    for figure, value in result.items():
        table.add_row(
            figure, ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
        )
    out.print(table)


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
