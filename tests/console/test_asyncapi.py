"""What the console says of its messages is true: a recorded session of every kind of them is held against it."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from websockets.asyncio.client import connect

from console.asyncapi import DATA, NOT_STREAMED, document
from drivers.model import OfficerCase
from tests.console.rig import Rig, key, on_console, order, until

pytestmark = pytest.mark.wire


def validator(described: Mapping[str, Any], type_: str) -> Any:
    message = described["components"]["messages"][type_]["payload"]
    return jsonschema_rs.validator_for({**message, "components": described["components"]})


async def everything(rig: Rig) -> None:
    """An officer, a lane, a case that is decided, an alarm, a record, a sheet, a hand-over."""
    officer, lane = await rig.at_post(), await rig.lane()
    rig.room.tick()
    transaction = lane.arrive()
    await lane.officer.tell(OfficerCase(transaction, "A1", "several_persons", "Two.", 0.0), alarm=True)
    asking = asyncio.create_task(lane.ask(transaction))
    told = rig.room.lanes.lanes["A1"]
    await until(lambda: rig.room.cases.queue and told.rev == lane.officer.rev)
    body = order(transaction, told.rev, "refer")
    assert (await officer.post("/lanes/A1/commands", json=body, headers=key("1"))).status_code == 202
    await asking
    await until(lambda: not rig.room.commands.open)
    lane.leave("REFERRED", "face_differs")
    await until(lambda: rig.room.store.crossing(transaction))
    assert (await officer.post("/sheets", json={"lane": "A1", "transaction_id": transaction})).status_code == 201
    assert (await officer.post("/handovers", json={"note": "quiet"})).status_code == 201


@pytest.mark.slow
def test_every_message_of_a_whole_session_is_as_it_is_described(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        client = await rig.officer("supervisor")
        described = (await client.get("/asyncapi.json")).json()
        assert described == document("1")
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        address = f"ws{rig.address[4:]}/api/v1/ws"
        heard: dict[str, list[dict[str, Any]]] = {}
        async with connect(address, origin=rig.address, additional_headers={"Cookie": cookie}) as screen:  # type: ignore[arg-type]  # Origin is a NewType
            await everything(rig)
            while set(heard) != set(DATA):
                text = await screen.recv()
                if isinstance(text, str):
                    envelope = json.loads(text)
                    heard.setdefault(envelope["type"], []).append(envelope)
        async with connect(address, origin=rig.address, additional_headers={"Cookie": cookie}) as late:  # type: ignore[arg-type]  # as above
            await late.recv()
            heard["snapshot"].append(json.loads(await late.recv()))
        for type_, envelopes in heard.items():
            for envelope in envelopes:
                assert [error.message for error in validator(described, type_).iter_errors(envelope)] == [], type_
        full = heard["snapshot"][-1]["data"]
        assert all(full[part] for part in full if part not in ("cases", "commands")), "a snapshot that shows something"

    on_console(tmp_path, work)


@pytest.mark.parametrize("type_", sorted(DATA))
def test_a_message_with_something_more_is_not_as_described(type_: str) -> None:
    envelope = {"v": 1, "seq": 1, "ts": "t", "boot": "b", "type": type_, "lane": "", "transaction_id": "", "data": {}}
    assert not validator(document("1"), type_).is_valid({**envelope, "data": {"surname": "EXAMPLE"}})
    assert not validator(document("1"), type_).is_valid({**envelope, "type": "another"})


def test_every_reference_leads_somewhere_and_integrators_get_no_score() -> None:
    described = document("1")
    refs = set(_refs(described))
    assert refs
    for ref in refs:
        found: Any = described
        for step in ref.removeprefix("#/").split("/"):
            found = found[step]
    assert not NOT_STREAMED & set(described["channels"]["events"]["messages"])


def _refs(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [ref for each in part.values() for ref in _refs(each)]
    return [ref for each in part for ref in _refs(each)] if isinstance(part, list) else []
