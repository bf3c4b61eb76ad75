"""Mutual TLS on a real socket: gate and service each refuse a stranger, and the gate takes that for silence."""

import asyncio
import hashlib
import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI, Request

from drivers.clock import WallClock
from drivers.errors import DeviceUnavailable
from link.travel import TravelState
from register import audit
from register.client import Address, ServiceClient, mutual_tls
from register.service.app import make_app
from register.service.desk import Desk
from register.service.refusals import Refusals
from register.store import Store
from tests.register.conftest import QUERY
from tests.register_client.conftest import BEARER, KEY
from web.certificates import authority
from web.peer import peer_of
from web.serve import serving
from web.tls import TlsRefused, client_side, server_side

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("wall_clock")]
LIMIT_S = 5.0
HERE = ("127.0.0.1",)


def made(folder: Path, days: int = 1, hosts: tuple[str, ...] = HERE) -> tuple[Path, Path]:
    """The folders of a service and of a gate, of one authority."""
    own = authority(folder, WallClock().now(), days)
    return own.service("register", hosts), own.gate("gate-1")


def of_gate(gate: Path, trusting: Path | None = None) -> ssl.SSLContext:
    return mutual_tls(trusting or gate / "ca.pem", gate / "gate.pem", gate / "gate.key")


def of_service(service: Path) -> ssl.SSLContext:
    return server_side(service / "ca.pem", service / "server.pem", service / "server.key")


async def asked(url: str, context: ssl.SSLContext) -> TravelState:
    client = ServiceClient(Address(url, KEY.public_key(), BEARER, context), WallClock(), LIMIT_S)
    try:
        return (await client.record(QUERY)).state
    finally:
        await client.close()


def test_only_a_gate_and_a_service_of_the_same_authority_speak(
    path: Path, fill: Callable[..., None], tmp_path: Path
) -> None:
    own, foreign = made(tmp_path / "own"), made(tmp_path / "foreign")
    strangers = {
        "another authority's": of_gate(foreign[1], own[1] / "ca.pem"),
        "none": ssl.create_default_context(cafile=own[1] / "ca.pem"),
        "a service of another authority": of_gate(own[1], foreign[1] / "ca.pem"),
        "a service's": client_side(own[0] / "ca.pem", own[0] / "server.pem", own[0] / "server.key"),
    }

    async def scene(store: Store) -> None:
        known = {hashlib.sha256(BEARER.encode()).hexdigest(): "gate-1"}
        app = make_app(Desk(store, KEY, known, WallClock().now))
        refusals = Refusals(Desk(store, KEY, known, WallClock().now))
        telling = server_side(own[0] / "ca.pem", own[0] / "server.pem", own[0] / "server.key", refusals.of_tls)
        async with serving(app, tls=telling) as url:
            assert await asked(url, of_gate(own[1])) is TravelState.CANCELLED
            for context in strangers.values():
                with pytest.raises(DeviceUnavailable):
                    await asked(url, context)
        await asyncio.get_running_loop().shutdown_default_executor()  # what was to be noted is written
        with store.database.reading() as connection:
            noted = [(each.subject, each.detail["code"]) for each in audit.entries(connection)]
        assert set(noted) == {("tls", "certificate_missing"), ("tls", "certificate_refused")}

    fill({"cancelled": True})
    with Store(path) as store:
        asyncio.run(scene(store))


@pytest.mark.parametrize(
    ("ago_days", "hosts"), [(10, HERE), (0, ("register.test",))], ids=["run out", "of another address"]
)
def test_a_service_whose_certificate_does_not_hold_is_not_asked(
    tmp_path: Path, ago_days: int, hosts: tuple[str, ...]
) -> None:
    now = WallClock().now()
    authority(tmp_path, now, 100)
    service = authority(tmp_path, now - timedelta(days=ago_days), 5).service("register", hosts)
    gate = authority(tmp_path, now, 5).gate("gate-1")

    async def scene() -> None:
        async with serving(FastAPI(), tls=of_service(service)) as url:
            with pytest.raises(DeviceUnavailable):
                await asked(url, of_gate(gate))

    asyncio.run(scene())


def test_the_app_is_told_whose_certificate_was_shown(tmp_path: Path) -> None:
    service, gate = made(tmp_path)
    app, seen = FastAPI(), list[str | None]()

    @app.post("/v1/records/search")
    def search(request: Request) -> None:
        seen.append(peer_of(request))

    async def scene() -> None:
        async with serving(app, tls=of_service(service)) as url:
            client = ServiceClient(Address(url, KEY.public_key(), BEARER, of_gate(gate)), WallClock(), LIMIT_S)
            await client._post("/v1/records/search", {}, LIMIT_S)
            await client.close()

    asyncio.run(scene())
    assert seen == ["gate-1"]


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    service, gate = made(tmp_path)
    (gate / "gate.key").chmod(0o644)
    with pytest.raises(DeviceUnavailable, match="0600"):
        of_gate(gate)
    (service / "server.pem").write_text("no certificate")
    with pytest.raises(TlsRefused, match=r"server\.pem"):
        of_service(service)
