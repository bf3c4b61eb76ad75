"""A whole lane, its reporter and its officer driver, at a real console over the real line, on the wall clock."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from cli.scratch import scratch
from config.devices import ConsoleOfficer
from drivers.model import Prompt
from register.store import Store
from simulators.population import Story
from tests.console.rig import Rig, console_at, key, until
from tests.kiosk.toy import ToyRun, _serve, toy_population, toy_site

pytestmark = [pytest.mark.slow, pytest.mark.wire]
Work = Callable[[Rig, ToyRun], Awaitable[None]]


def on_lane(work: Work, *told: Story) -> ToyRun:
    """Let visitors come to a toy lane whose officers sit at the console.

    The toy writes in its event loop: on a disk that others keep busy its doors would fall silent meanwhile.
    """
    with scratch("egate-lane-") as folder:
        return _on_lane(Path(folder), work, *told)


def _on_lane(folder: Path, work: Work, *told: Story) -> ToyRun:

    async def run() -> None:
        async with asyncio.timeout(100), console_at(folder / "console", "toy") as rig:
            (folder / "key.json").write_text(json.dumps({"lane": "toy", "key": rig.keys["toy"].hex()}))
            toy.site = toy.site.model_copy(
                update={"officer": ConsoleOfficer(kind="console", address=rig.address, key_file="key.json")}
            )
            serving = asyncio.create_task(_serve(toy, visitors, 90.0))
            working = asyncio.ensure_future(work(rig, toy))
            done, _ = await asyncio.wait((serving, working), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            await working
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    toy = ToyRun(folder, toy_site(until_decision_s=25, face_s=15, adjudicate_s=30), stays=True)  # a busy machine
    population = toy_population(toy.seed)
    visitors = [population.visitor(story) for story in told]
    with Store(folder / "register.db", create=True) as store:
        store.add([visa for v in visitors for visa in v.visas], [alert for v in visitors for alert in v.alerts])
    asyncio.run(run())
    return toy


async def looked_at(lane: Any) -> None:
    """Nobody decides within the second in which he is asked: until then the lane may still say what step it is in."""
    rev = -1
    while rev != lane.rev:
        rev = lane.rev
        await asyncio.sleep(1.0)


def test_an_impostor_is_seen_compared_and_sent_to_the_desk_and_the_record_says_so() -> None:
    async def work(rig: Rig, toy: ToyRun) -> None:
        officer = await rig.at_post()
        lane = rig.room.lanes.lanes["toy"]
        await until(lambda: rig.room.cases.queue, 60.0)
        (case,) = rig.room.cases.queue
        assert (case.reason, case.asks, case.ends_at_s is not None) == ("face_differs", "decide", True)
        await until(lambda: {"record", "live", "page"} <= set(lane.pictures))
        assert [step.name for step in lane.now.steps][:5] == [
            "document", "register", "passport_taken", "admission", "face",
        ]  # fmt: skip
        assert lane.now.match.score < lane.now.match.threshold
        assert {check.name: check.result for check in lane.now.checks}["live_face"] == "failed"
        assert lane.now.document_masked.startswith("P UTO ···")
        revealed = await officer.post(
            "/lanes/toy/reveal", json={"transaction_id": lane.transaction, "reason": "to call the traveller"}
        )
        assert revealed.json()["fields"]["surname"] == "EXAMPLE"
        await looked_at(lane)
        body = {
            "command": "refer",
            "transaction_id": lane.transaction,
            "rev": lane.rev,
            "reason_code": "face_unclear",
        }
        transaction = lane.transaction
        answer = await officer.post("/lanes/toy/commands", json=body, headers=key("1"))
        assert answer.status_code == 202, answer.text
        await until(lambda: rig.room.store.crossing(transaction), 40.0)
        kept = rig.room.store.crossing(transaction)
        assert (kept["outcome"], kept["reason"]) == ("REFERRED", "face_differs")
        assert (kept["officer"], kept["officer_action"]) == ("officer-officer", "refer")
        assert kept["prompts"]["look_here"] > 0 and kept["steps"][-1]["state"] == "failed"
        await until(lambda: not lane.transaction, 40.0)
        assert not lane.pictures and not rig.room.cases.queue
        assert "EXAMPLE" not in json.dumps(kept)

    toy = on_lane(work, Story.IMPOSTOR)
    noted = {entry.kind: dict(entry.facts) for entry in toy.record.entries}
    assert (noted["officer"]["action"], noted["officer"]["answered"]) == ("refer", True)


def test_a_lane_is_closed_opened_and_left_without_an_officer_from_the_console() -> None:
    async def work(rig: Rig, toy: ToyRun) -> None:
        lane = rig.room.lanes.lanes["toy"]
        await until(lambda: lane.now is not None and lane.now.state == "closed" and "officer" in lane.now.why_closed)
        officer = await rig.at_post()
        await until(lambda: lane.now.state == "in_service")
        await until(lambda: toy.world.prompt is Prompt.WELCOME)
        for command, state in (("close_now", "closed"), ("open", "in_service")):
            body = {"command": command, "rev": lane.rev, "reason_code": "cleaning"}
            answer = await officer.post("/lanes/toy/commands", json=body, headers=key(command))
            assert answer.status_code == 202, answer.text
            await until(lambda state=state: lane.now.state == state)  # type: ignore[misc]  # mypy takes no default here
        await until(lambda: not rig.room.commands.open)
        await officer.delete("/session")
        await until(lambda: lane.now.state == "closed")
        await until(lambda: toy.world.prompt is Prompt.CLOSED)

    on_lane(work)


def test_a_traveller_is_let_out_by_an_emergency_release_and_two_supervisors_open_the_lane() -> None:
    async def work(rig: Rig, toy: ToyRun) -> None:
        officer, supervisor, second = [await rig.at_post(name) for name in ("officer", "supervisor", "second")]
        lane = rig.room.lanes.lanes["toy"]
        await until(lambda: lane.doors is not None and lane.doors.persons == 1, 60.0)
        await officer.post("/session/lock")
        answer = await officer.post("/emergency", json={"lane": "toy"})
        assert answer.status_code == 202, answer.text
        await until(lambda: lane.doors.persons == 0 and lane.now.state == "closed", 40.0)
        assert not toy.world.exit_opened_at_s
        assert lane.now.is_released
        body = {"command": "open", "rev": lane.rev}
        wanted = await supervisor.post("/lanes/toy/commands", json=body, headers=key("1"))
        assert wanted.json()["state"] == "waiting_for_approval", wanted.text
        await until(lambda: lane.rev == body["rev"])
        await second.post(f"/approvals/{wanted.json()['id']}", json={"answer": "approve"})
        await until(lambda: lane.now.state == "in_service", 40.0)

    on_lane(work, Story.GENUINE)
