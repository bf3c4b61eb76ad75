"""Officers' commands over the real API and a lane on the real line: bound to what was seen, once, by who may."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from drivers.model import LaneCommand, OfficerAction
from link.console_words import Command
from tests.console.rig import Rig, key, on_console, order, until

pytestmark = pytest.mark.wire


async def asked(rig: Rig) -> tuple[object, str, asyncio.Task[object]]:
    """A lane with somebody inside, about whom it asks."""
    lane = await rig.lane()
    transaction = lane.arrive()
    asking: asyncio.Task[object] = asyncio.create_task(lane.ask(transaction))  # type: ignore[arg-type]  # its result is
    await until(lambda: rig.room.cases.queue)
    await until(lambda: rig.room.lanes.lanes["A1"].rev == lane.officer.rev)
    return lane, transaction, asking


def test_an_officer_lets_a_traveller_pass_and_the_lane_hears_who_and_why(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        _lane, transaction, asking = await asked(rig)
        rev = rig.room.lanes.lanes["A1"].rev
        answer = await officer.post("/lanes/A1/commands", json=order(transaction, rev, note="seen"), headers=key("1"))
        assert answer.status_code == 202, answer.text
        decision = await asking
        assert (decision.action, decision.transaction) == (OfficerAction.PASS, transaction)  # type: ignore[attr-defined]
        assert (decision.officer, decision.reason) == ("officer-officer", "same_person: seen")  # type: ignore[attr-defined]
        await until(lambda: rig.room.store.get("command", answer.json()["id"], type_of(rig)).state == "done")
        await until(lambda: not rig.room.cases.queue)

    on_console(tmp_path, work)


def type_of(_rig: Rig) -> type:
    from console.commands import Ordered

    return Ordered


def test_of_two_officers_on_one_traveller_only_the_first_acts(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        first, second = await rig.officer(), await rig.officer("colleague")
        _lane, transaction, asking = await asked(rig)
        rev = rig.room.lanes.lanes["A1"].rev
        both = await asyncio.gather(
            first.post("/lanes/A1/commands", json=order(transaction, rev), headers=key("1")),
            second.post("/lanes/A1/commands", json=order(transaction, rev, "send_back"), headers=key("2")),
        )
        decision = await asking
        done = [answer.json() for answer in both if answer.status_code == 202]
        acted = {each["id"]: each["action"] for each in done}
        await until(lambda: not rig.room.commands.open)
        ended = [rig.room.store.get("command", each, type_of(rig)) for each in acted]
        taken = [each.action for each in ended if each.state == "done"]
        assert taken == [decision.action.value]  # type: ignore[attr-defined]
        assert all(each.why in ("moved_on", "nothing_to_decide") for each in ended if each.state == "refused")

    on_console(tmp_path, work)


@pytest.mark.slow
def test_a_command_for_a_traveller_who_has_gone_is_refused(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane = await rig.lane()
        transaction = lane.arrive()
        await until(lambda: rig.room.lanes.lanes["A1"].transaction == transaction)
        rev = rig.room.lanes.lanes["A1"].rev
        lane.leave()
        after = lane.arrive()
        await until(lambda: rig.room.lanes.lanes["A1"].transaction == after)
        late = await officer.post("/lanes/A1/commands", json=order(transaction, rev, "hold"), headers=key("1"))
        wrong_rev = await officer.post("/lanes/A1/commands", json=order(after, rev, "hold"), headers=key("2"))
        assert [late.status_code, wrong_rev.status_code] == [409, 409]
        assert late.json()["code"] == "moved_on"

    on_console(tmp_path, work)


def test_the_lane_refuses_too_when_it_has_moved_on_meanwhile(tmp_path: Path) -> None:
    """The console's own look at the revision may be old: the lane's is the one that counts."""

    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane, transaction, asking = await asked(rig)
        rev = rig.room.lanes.lanes["A1"].rev
        lane.officer.moved()  # type: ignore[attr-defined]  # not told yet
        answer = await officer.post("/lanes/A1/commands", json=order(transaction, rev), headers=key("1"))
        await until(lambda: rig.room.store.get("command", answer.json()["id"], type_of(rig)).why == "moved_on")
        assert not asking.done()
        asking.cancel()

    on_console(tmp_path, work)


def test_the_same_request_twice_is_one_command(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        _lane, transaction, asking = await asked(rig)
        body = order(transaction, rig.room.lanes.lanes["A1"].rev)
        first = await officer.post("/lanes/A1/commands", json=body, headers=key("1"))
        again = await officer.post("/lanes/A1/commands", json=body, headers=key("1"))
        other = await officer.post("/lanes/A1/commands", json={**body, "command": "hold"}, headers=key("1"))
        assert first.json()["id"] == again.json()["id"]
        assert (other.status_code, other.json()["code"]) == (422, "key_used")
        await asking

    on_console(tmp_path, work)


def test_a_command_replayed_to_the_lane_has_one_effect_and_the_same_answer(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane, transaction, asking = await asked(rig)
        answer = await officer.post(
            "/lanes/A1/commands", json=order(transaction, rig.room.lanes.lanes["A1"].rev), headers=key("1")
        )
        await asking
        line = rig.room.lanes.lanes["A1"].line
        from link.console_words import Command

        line.tell(
            Command(
                command=answer.json()["id"], action="hold", transaction="", rev=-1, officer="o", role="lane_officer"
            )
        )
        await asyncio.sleep(0.3)
        assert lane.officer._requests.empty()  # type: ignore[attr-defined]

    on_console(tmp_path, work)


def test_a_pass_waits_until_the_live_picture_was_looked_at_and_has_a_reason(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        _lane, transaction, asking = await asked(rig)
        rev = rig.room.lanes.lanes["A1"].rev
        hasty = await officer.post("/lanes/A1/commands", json=order(transaction, rev, looked_ms=2999), headers=key("1"))
        mute = await officer.post("/lanes/A1/commands", json=order(transaction, rev, reason_code=""), headers=key("2"))
        assert [hasty.json()["code"], mute.json()["code"]] == ["look_first", "reason_needed"]
        asking.cancel()

    on_console(tmp_path, work)


def test_a_traveller_tries_again_while_the_lane_offers_that(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane, transaction, asking = await asked(rig)
        told = rig.room.lanes.lanes["A1"]
        body = order(transaction, told.rev, "retry", reason_code="")
        answer = await officer.post("/lanes/A1/commands", json=body, headers=key("1"))
        assert answer.status_code == 202, answer.text
        assert (await asking).action is OfficerAction.RETRY  # type: ignore[attr-defined]
        await until(lambda: not rig.room.cases.queue)
        asking = asyncio.create_task(lane.ask(transaction, may_retry=False))  # type: ignore[attr-defined]
        await until(lambda: rig.room.cases.queue)
        await until(lambda: told.rev == lane.officer.rev)  # type: ignore[attr-defined]
        body = order(transaction, told.rev, "retry")
        answer = await officer.post("/lanes/A1/commands", json=body, headers=key("2"))
        assert (answer.status_code, answer.json()["code"]) == (409, "no_more_tries")
        told.line.tell(command_of(told, transaction, "retry"))  # the console might be wrong: the lane refuses it too
        await until(lambda: "no_more_tries" in {each.why for each in lane.officer._answers.values()})  # type: ignore[attr-defined]
        assert not asking.done()
        asking.cancel()

    on_console(tmp_path, work)


def command_of(lane: Any, transaction: str, action: str) -> Command:
    return Command(
        command=f"made-up-{action}",
        action=action,
        transaction=transaction,
        rev=lane.rev,
        officer="o",
        role="lane_officer",
    )


def test_a_lane_that_does_not_answer_is_said_so(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        answer = await officer.post("/lanes/A1/commands", json=order("", 0, "open"), headers=key("1"))
        assert (answer.status_code, answer.json()["code"]) == (503, "lane_lost")

    on_console(tmp_path, work)


# --- second person ------------------------------------------------------------------------------------------


async def after_an_emergency(rig: Rig) -> tuple[object, object, str]:
    supervisor = await rig.officer("supervisor")
    lane = await rig.lane()
    lane.say(state="closed", modes=("emergency",))
    await until(lambda: "emergency" in rig.room.lanes.lanes["A1"].now.modes)
    rev = rig.room.lanes.lanes["A1"].rev
    answer = await supervisor.post("/lanes/A1/commands", json=order("", rev, "open"), headers=key("1"))
    assert answer.json()["state"] == "waiting_for_approval", answer.text
    return supervisor, lane, answer.json()["id"]


def test_a_lane_opens_after_an_emergency_by_two_supervisors(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        _supervisor, lane, wanted = await after_an_emergency(rig)
        second = await rig.officer("second")
        answer = await second.post(f"/approvals/{wanted}", json={"answer": "approve"})
        assert answer.status_code == 200, answer.text
        told = await asyncio.wait_for(lane.officer.commanded(), 60)  # type: ignore[attr-defined]
        assert told.command is LaneCommand.OPEN
        await lane.officer.answer(told, "")  # type: ignore[attr-defined]
        await until(lambda: rig.room.store.get("command", wanted, type_of(rig)).state == "done")

    on_console(tmp_path, work)


def test_nobody_is_his_own_second_person_not_even_at_another_screen(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        supervisor, _lane, wanted = await after_an_emergency(rig)
        elsewhere = await rig.officer("supervisor")
        officer = await rig.officer()
        codes = [
            (await client.post(f"/approvals/{wanted}", json={"answer": "approve"})).json()["code"]
            for client in (supervisor, elsewhere)  # type: ignore[attr-defined]
        ]
        assert codes == ["same_person", "same_person"]
        refused = await officer.post(f"/approvals/{wanted}", json={"answer": "approve"})
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed"), "a reset is supervisors' alone"

    on_console(tmp_path, work)


def test_an_approval_is_for_what_was_seen_and_for_a_minute(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        _supervisor, lane, wanted = await after_an_emergency(rig)
        second = await rig.officer("second")
        lane.officer.moved()  # type: ignore[attr-defined]
        lane.say()  # type: ignore[attr-defined]
        await until(lambda: rig.room.lanes.lanes["A1"].rev == lane.officer.rev)  # type: ignore[attr-defined]
        moved = await second.post(f"/approvals/{wanted}", json={"answer": "approve"})
        assert (moved.status_code, moved.json()["code"]) == (409, "moved_on")
        rig.put_on(61.0)
        late = await second.post(f"/approvals/{wanted}", json={"answer": "approve"})
        assert late.status_code == 409
        assert rig.room.store.get("command", wanted, type_of(rig)).state == "expired"

    on_console(tmp_path, work)


def test_nothing_is_approved_for_a_lane_that_is_lost_meanwhile(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        _supervisor, lane, wanted = await after_an_emergency(rig)
        second = await rig.officer("second")
        await lane.link.stop()  # type: ignore[attr-defined]  # a PretendLane
        await until(lambda: not rig.room.lanes.lanes["A1"].is_up(rig.room.now_s))
        answer = await second.post(f"/approvals/{wanted}", json={"answer": "approve"})
        assert (answer.status_code, answer.json()["code"]) == (503, "lane_lost")
        assert rig.room.store.get("command", wanted, type_of(rig)).state == "waiting_for_approval"

    on_console(tmp_path, work)


# --- emergency ----------------------------------------------------------------------------------------------


async def released(lane: object) -> LaneCommand:
    told = await asyncio.wait_for(lane.officer.commanded(), 60)  # type: ignore[attr-defined]
    return told.command  # type: ignore[no-any-return]


def test_one_lane_is_released_from_a_locked_screen_whatever_passwords_were_tried(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane = await rig.lane()
        lane.arrive()
        await officer.post("/session/lock")
        for _ in range(8):
            await officer.post("/session/unlock", json={"password": "a wrong password"})
        refused = await officer.post("/session/unlock", json={"password": "a wrong password"})
        assert refused.status_code == 429
        answer = await officer.post("/emergency", json={"lane": "A1"})
        assert answer.status_code == 202, answer.text
        assert await released(lane) is LaneCommand.RELEASE
        assert "emergency" in {alarm.code for alarm in rig.room.alarms.alarms.values()}

    on_console(tmp_path, work)


def test_all_lanes_are_released_by_a_supervisor_who_is_signed_in(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer, supervisor = await rig.officer(), await rig.officer("supervisor")
        lanes = [await rig.lane("A1"), await rig.lane("A2")]
        assert (await officer.post("/emergency", json={"lane": ""})).status_code == 403
        await supervisor.post("/session/lock")
        assert (await supervisor.post("/emergency", json={"lane": ""})).status_code == 403
        other = await rig.officer("second")
        assert (await other.post("/emergency", json={"lane": ""})).status_code == 202
        assert [await released(lane) for lane in lanes] == [LaneCommand.RELEASE] * 2

    on_console(tmp_path, work, "A1", "A2")


@pytest.mark.slow
def test_one_lane_that_is_lost_keeps_no_other_from_being_released(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        supervisor = await rig.officer("supervisor")
        lane = await rig.lane("A2")
        answer = await supervisor.post("/emergency", json={"lane": ""})
        assert answer.status_code == 202, answer.text
        assert await released(lane) is LaneCommand.RELEASE
        assert answer.json()["lost"] == ["A1"]

    on_console(tmp_path, work, "A1", "A2")


# --- one table, told twice -----------------------------------------------------------------------------------


def test_the_console_lets_nobody_ask_what_the_lane_would_refuse() -> None:
    from console.commands import ACTIONS
    from console.roles import may
    from kiosk.standing import RIGHTS
    from link.staff import StaffRole

    for command, roles in RIGHTS.items():
        asked = {role for role in StaffRole if may(role, ACTIONS[command.value].needs)}
        assert asked <= roles, command


def test_what_is_cleared_at_the_desk_only_is_the_lanes_own_list() -> None:
    from console.cases import DESK_ONLY
    from kiosk.ending import DESK_ONLY as OF_THE_LANE

    assert {reason.value for reason in OF_THE_LANE} == DESK_ONLY


def test_nobody_passes_at_the_lane_after_an_alert(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        supervisor = await rig.officer("supervisor")
        lane = await rig.lane()
        transaction = lane.arrive()
        asking = asyncio.create_task(lane.ask(transaction, "watchlist_hit"))
        await until(lambda: rig.room.cases.queue)
        await until(lambda: rig.room.lanes.lanes["A1"].rev == lane.officer.rev)
        body = order(transaction, lane.officer.rev)
        answer = await supervisor.post("/lanes/A1/commands", json=body, headers=key("1"))
        assert (answer.status_code, answer.json()["code"]) == (403, "desk_only")
        asking.cancel()

    on_console(tmp_path, work)
