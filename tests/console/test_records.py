"""Crossings, figures, desk, care, hand-over, audit, integrators: what is kept, what is masked, what comes back."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from console.access import MachineToken
from console.staff import TOKEN, hashed
from console.statistics import quantile, ranked_prompts, ranked_steps, shift_report, statistics
from link.console_words import Reveal, Revealed
from link.staff import StaffRole
from tests.console.lanes import PretendLane
from tests.console.rig import Rig, on_console, until

NAME = {"surname": "<script>alert(1)</script>", "given_names": "Ada", "document_number": "L898902C3"}


async def crossed(rig: Rig, outcome: str = "REFERRED", reason: str = "face_differs") -> tuple[PretendLane, str]:
    lane = await rig.lane()
    transaction = lane.arrive()
    await until(lambda: rig.room.lanes.lanes["A1"].transaction == transaction)
    lane.leave(outcome, reason)
    await until(lambda: rig.room.store.crossing(transaction))
    return lane, transaction


@pytest.mark.wire
def test_a_search_is_masked_and_a_view_leaves_its_reason_on_the_trail(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        _lane, transaction = await crossed(rig)
        found = (await officer.get("/crossings", params={"lane": "A1", "outcome": "referred"})).json()["crossings"]
        assert [row["transaction"] for row in found] == [transaction]
        assert not {"match", "checks", "document_hash"} & set(found[0])
        assert (await officer.post(f"/crossings/{transaction}/view", json={"reason": ""})).status_code == 422
        record = (await officer.post(f"/crossings/{transaction}/view", json={"reason": "a complaint"})).json()
        assert record["match"]["score"] == 0.281
        assert ("crossing_viewed", "a complaint") in {(e["kind"], e.get("reason")) for e in record["trail"]}

    on_console(tmp_path, work)


@pytest.mark.wire
def test_pages_of_a_search_hold_every_crossing_once(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane, first = await crossed(rig)
        content = {k: v for k, v in rig.room.store.crossing(first).items() if k != "lane"}
        for number in range(119):
            at = f"2026-11-27T00:{number // 2 % 60:02d}:00+00:00"
            rig.room.store.add_crossing("A1", {**content, "transaction": f"t-{number}", "began_at": at})
        seen: list[str] = []
        cursor = ""
        while True:
            page = (await officer.get("/crossings", params={"cursor": cursor})).json()
            seen += [row["transaction"] for row in page["crossings"]]
            cursor = page["cursor"]
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == 120
        assert lane.link.is_up

    on_console(tmp_path, work)


@pytest.mark.slow
@pytest.mark.wire
def test_a_name_is_shown_to_who_asks_with_a_reason_and_is_kept_nowhere(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane = await rig.lane()
        transaction = lane.arrive()

        def answer(asked: Reveal) -> None:
            fields = NAME if asked.transaction == transaction else {}
            lane.link.reveal(Revealed(asked=asked.asked, fields=fields))

        lane.link.asked = answer
        await until(lambda: rig.room.lanes.lanes["A1"].transaction == transaction)
        body = {"transaction_id": transaction, "reason": "cannot be heard"}
        assert (await officer.post("/lanes/A1/reveal", json=body)).json()["fields"] == NAME
        gone = await officer.post("/lanes/A1/reveal", json={**body, "transaction_id": "another"})
        assert gone.status_code == 409
        kinds = [entry["kind"] for entry in rig.room.audit.tail(10)]
        assert kinds.count("holder_revealed") == 1
        for path in rig.folder.iterdir():
            assert b"L898902C3" not in path.read_bytes(), path

    on_console(tmp_path, work)


@pytest.mark.wire
def test_pictures_go_with_their_traveller(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane = await rig.lane()
        transaction = lane.arrive()
        known = rig.room.lanes.lanes["A1"]
        await until(lambda: len(known.pictures) == 3)
        assert (await officer.get(f"/lanes/A1/pictures/live?transaction={transaction}")).content[:2] == b"\xff\xd8"
        lane.leave()
        await until(lambda: not known.pictures)
        assert (await officer.get(f"/lanes/A1/pictures/live?transaction={transaction}")).status_code == 404
        lane.link.picture("live", transaction, b"\xff\xd8late")
        await asyncio.sleep(0.2)
        assert not known.pictures, "a late picture of a traveller who has gone is no picture of the next"

    on_console(tmp_path, work)


@pytest.mark.wire
def test_a_case_goes_to_the_desk_and_its_result_comes_back(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer, desk = await rig.officer(), await rig.officer("desk")
        _lane, transaction = await crossed(rig)
        sent = (
            await officer.post("/sheets", json={"lane": "A1", "transaction_id": transaction, "note": "calm"})
        ).json()
        again = (await officer.post("/sheets", json={"lane": "A1", "transaction_id": transaction})).json()
        assert sent["id"] == again["id"] and sent["checks"] and sent["match"]
        assert (await officer.post(f"/sheets/{sent['id']}/take")).status_code == 403
        assert (await desk.post(f"/sheets/{sent['id']}/close", json={"result": "admitted"})).status_code == 409
        await desk.post(f"/sheets/{sent['id']}/take")
        closed = await desk.post(f"/sheets/{sent['id']}/close", json={"result": "false_alarm", "note": "beard"})
        assert closed.json()["state"] == "closed"
        mine = (await officer.get("/sheets")).json()["sheets"]
        assert [(sheet["result"], sheet["result_note"]) for sheet in mine] == [("false_alarm", "beard")]
        await officer.post(f"/sheets/{sent['id']}/seen")
        assert (await officer.get("/sheets")).json()["sheets"] == []

    on_console(tmp_path, work)


@pytest.mark.wire
def test_a_post_is_handed_over_with_what_is_open_and_signed_by_another(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer, colleague = await rig.officer(), await rig.officer("colleague")
        rig.room.alarms.cause("door_forced", "A1|told|x|y", "A1", "", {}, rig.room.now_s)
        rig.put_on(200.0)
        offer = (await officer.post("/handovers", json={"note": "A1 sticks"})).json()
        assert offer["alarms"] == ["A door was forced (A1)"] and offer["closed_lanes"] == ["A1"]
        assert (await officer.post(f"/handovers/{offer['id']}/accept")).status_code == 403
        taken = await colleague.post(f"/handovers/{offer['id']}/accept")
        assert taken.json()["to_officer"] == "officer-colleague"
        since = (await colleague.get("/session")).json()["post_since_s"]
        assert rig.room.now_s - since < 60

    on_console(tmp_path, work)


@pytest.mark.wire
def test_a_safeguarding_report_is_kept_and_raises_an_alarm(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        report = {
            "lane": "A1",
            "noticed_by": "roving",
            "circumstances": "child_alone",
            "eligible": "no",
            "action": "stopped",
            "note": "about ten",
        }
        assert (await officer.post("/care", json=report)).status_code == 201
        assert [each["circumstances"] for each in (await officer.get("/care")).json()["care"]] == ["child_alone"]
        assert "safeguarding" in {alarm.code for alarm in rig.room.alarms.alarms.values()}

    on_console(tmp_path, work)


@pytest.mark.wire
def test_who_judges_first_sees_the_score_afterwards_and_both_are_kept(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane = await rig.lane()
        transaction = lane.arrive()
        await until(lambda: rig.room.lanes.lanes["A1"].transaction == transaction)
        body = {"lane": "A1", "transaction_id": transaction, "judged": "same", "took_ms": 4100}
        kept = (await officer.post("/comparisons", json=body)).json()
        assert (kept["judged"], kept["score"], kept["threshold"]) == ("same", 0.281, 0.363)
        gone = await officer.post("/comparisons", json={**body, "transaction_id": "before"})
        assert gone.status_code == 409

    on_console(tmp_path, work)


@pytest.mark.wire
def test_integrators_hear_events_resume_and_are_told_no_score(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        rig.room.store.put(TOKEN, hashed("a-token-of-a-machine"), MachineToken(name="hall", role=StaffRole.VIEWER))
        machine = await rig.stranger()
        machine.headers["Authorization"] = "Bearer a-token-of-a-machine"
        lane = await rig.lane()
        start = rig.room.hub.publish("marker", {}).id

        async def read(last: str, wanted: str) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = []
            async with machine.stream("GET", "/events", headers={"Last-Event-ID": last}) as stream:
                async for line in stream.aiter_lines():
                    if line.startswith("data: "):
                        found.append(json.loads(line[6:]))
                        if found[-1]["type"] == wanted:
                            return found
            return found

        lane.arrive()
        heard = await asyncio.wait_for(read(start, "lane"), 60)
        assert "lane.detail" not in {event["type"] for event in heard}
        assert all("match" not in json.dumps(event["data"]) for event in heard)
        assert (await machine.post("/emergency", json={"lane": "A1"})).status_code == 401

    on_console(tmp_path, work)


@pytest.mark.wire
def test_figures_for_prometheus_name_nobody(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        await crossed(rig)
        stranger = await rig.stranger()
        text = (await stranger.get(f"{rig.address}/metrics")).text
        line = 'egate_transactions_total{lane="A1",outcome="REFERRED",reason="face_differs"} 1.0'
        assert line in text
        assert "egate_audit_chain_ok 1.0" in text and "officer" not in text.replace('device="officer"', "")
        ready = (await stranger.get(f"{rig.address}/readyz")).json()
        assert ready["parts"]["lane A1"] is True
        schema = (await stranger.get("/openapi.json")).json()
        assert schema["openapi"].startswith("3.1")

    on_console(tmp_path, work)


# --- figures, pure ----------------------------------------------------------------------------------------------


def crossing(outcome: str, steps: dict[str, int], prompts: dict[str, int], lane: str = "A1") -> dict[str, Any]:
    return {
        "lane": lane,
        "began_at": "2026-11-27T10:05:00+00:00",
        "outcome": outcome,
        "reason": "passed" if outcome == "PASSED" else "face_differs",
        "total_ms": sum(steps.values()),
        "steps": [{"name": name, "ms": ms} for name, ms in steps.items()],
        "prompts": prompts,
    }


SHIFT = [
    *[crossing("PASSED", {"document": 2000, "face": 3000}, {"look_here": 2000})] * 5,
    crossing("PASSED", {"document": 2000, "face": 9000}, {"look_here": 2000, "come_closer": 4000}),
    crossing("REFERRED", {"document": 2500, "face": 20000}, {"look_here": 8000, "come_closer": 9000}),
    crossing("ABANDONED", {"document": 9000}, {}, "A2"),
]


def test_the_shift_report_ranks_by_time_lost_and_counts_referrals() -> None:
    steps = ranked_steps(SHIFT)
    assert [(row["step"], row["lost_ms"], row["referrals"]) for row in steps] == [
        ("face", 6000 + 17000, 1),
        ("document", 500 + 7000, 1),
    ]
    prompts = ranked_prompts(SHIFT)
    assert [(row["prompt"], row["referrals"]) for row in prompts] == [("look_here", 1), ("come_closer", 1)]


def test_figures_of_a_shift() -> None:
    found = statistics(SHIFT)
    assert (found["crossings"], found["unaided"], found["median_ms"]) == (8, 0.75, 5000)
    assert found["referrals"] == [("face_differs", 2)]
    assert [row["lane"] for row in found["lanes"]] == ["A1", "A2"]
    assert found["hours"] == [{"hour": "2026-11-27T10:00Z", "crossings": 8}]


def test_no_crossings_are_no_figures_and_no_error() -> None:
    assert shift_report([])["median_ms"] is None
    assert quantile([], 0.5) is None
