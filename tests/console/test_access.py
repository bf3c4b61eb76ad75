"""Who comes in, what each role may, what a stolen or foreign request is worth, what a locked screen shows."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import Response
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from console.access import Access
from console.roles import ALLOWED, May
from link.staff import StaffRole
from tests.console.rig import PASSWORD, PEOPLE, Rig, console_at, key, on_console, order, until

pytestmark = pytest.mark.wire


def screen(rig: Rig, client: httpx.AsyncClient, origin: str = "") -> Any:
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
    address = f"ws{rig.address[4:]}/api/v1/ws"
    return connect(address, origin=origin or rig.address, additional_headers={"Cookie": cookies})  # type: ignore[arg-type]


async def told(socket: Any, kind: str) -> Any:
    async with asyncio.timeout(60):
        while True:
            text = await socket.recv()
            if isinstance(text, str) and (envelope := json.loads(text))["type"] == kind:
                return envelope["data"]


@pytest.mark.slow
def test_nobody_sees_anything_without_a_session(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        stranger = await rig.stranger()
        for path in ("/lanes", "/alarms", "/cases", "/crossings", "/stats", "/audit", "/events", "/sheets", "/care"):
            answer = await stranger.get(path)
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), path
            assert answer.headers["content-type"].startswith("application/problem+json")
        async with screen(rig, stranger) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd and closed.value.rcvd.code == 4001

    on_console(tmp_path, work)


DOORS: tuple[tuple[str, str, dict[str, object] | None, May], ...] = (
    ("GET", "/lanes", None, May.SEE_BOARD),
    ("GET", "/crossings", None, May.SEARCH),
    ("GET", "/stats", None, May.SEE_STATISTICS),
    ("GET", "/audit", None, May.SEE_AUDIT),
    ("GET", "/lanes/A1/pictures/live?transaction=t", None, May.SEE_PICTURES),
    ("POST", "/lanes/A1/reveal", {"transaction_id": "t", "reason": "a test"}, May.REVEAL),
    ("POST", "/alarms/alarm-1/ack", None, May.SUPERVISE),
    ("POST", "/alarms/alarm-1/shelve", {"minutes": 5, "reason": "a test"}, May.SHELVE),
    ("POST", "/sheets/s/take", None, May.TAKE_DESK_CASES),
    ("POST", "/emergency", {"lane": "A1"}, May.RELEASE),
    ("GET", "/care", None, May.SAFEGUARD),
)


@pytest.mark.slow
def test_every_door_of_the_api_asks_for_its_own_permission(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        for login, role in PEOPLE.items():
            client = await rig.officer(login)
            for method, path, body, needs in DOORS:
                answer = await client.request(method, path, json=body)
                is_refused = answer.status_code == 403 and answer.json()["code"] == "not_allowed"
                assert is_refused is (needs not in ALLOWED[role]), (login, path, answer.text)

    on_console(tmp_path, work)


def test_no_role_lets_pass_and_changes_staff_and_nobody_can_change_the_trail() -> None:
    for role in StaffRole:
        assert not {May.LET_PASS, May.MANAGE_STAFF} <= ALLOWED[role]
    assert not any(name.startswith(("CHANGE_AUDIT", "DELETE")) for name in May.__members__)


def test_an_engineer_and_an_administrator_see_no_face() -> None:
    for role in (StaffRole.ENGINEER, StaffRole.ADMINISTRATOR, StaffRole.VIEWER, StaffRole.AUDITOR):
        assert not {May.SEE_PICTURES, May.REVEAL} & ALLOWED[role]


@pytest.mark.slow
def test_an_assistant_has_the_lane_he_stands_at_and_lets_anybody_out(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        assistant = await rig.officer("assistant")
        own, other = await rig.lane("A1"), await rig.lane("A2")
        for lane, is_own in ((own, True), (other, False)):
            name, transaction = lane.link.me.lane, lane.arrive()
            await until(
                lambda name=name, transaction=transaction: rig.room.lanes.lanes[name].transaction == transaction
            )  # type: ignore[misc]  # mypy takes no default here
            seen = (await assistant.get(f"/lanes/{name}")).json()
            assert bool(seen["detail"]) is is_own
            body = order(transaction, seen["now"]["rev"], "send_back", reason_code="needs_help")
            answer = await assistant.post(f"/lanes/{name}/commands", json=body, headers=key(name))
            assert (answer.status_code == 202) is is_own, answer.text
        assert answer.json()["code"] == "other_lane"
        assert (await assistant.post("/emergency", json={"lane": "A2"})).status_code == 202

    on_console(tmp_path, work, "A1", "A2")


# --- foreign pages, stolen cookies ----------------------------------------------------------------------------


def test_a_request_of_a_foreign_page_does_nothing(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        plain = await officer.post("/session/lock", headers={"Origin": "https://evil.example"})
        assert (plain.status_code, plain.json()["code"]) == (403, "foreign_page")
        del officer.headers["X-Egate"]
        bare = await officer.post("/session/lock")
        assert (bare.status_code, bare.json()["code"]) == (403, "foreign_page")

    on_console(tmp_path, work)


def test_a_socket_of_a_foreign_page_is_refused(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        with pytest.raises(InvalidStatus, match="403"):
            await screen(rig, officer, "https://evil.example").__aenter__()

    on_console(tmp_path, work)


def test_the_cookie_is_for_this_host_and_scheme_and_no_script() -> None:
    for is_secure, name in ((True, "__Host-egate-console"), (False, "egate-console")):
        response = Response()
        Access(None, is_secure).give_cookie(response, "token")  # type: ignore[arg-type]  # no room is asked
        set_cookie = response.headers["set-cookie"]
        assert set_cookie.startswith(f"{name}=token;")
        assert "HttpOnly" in set_cookie and "SameSite=strict" in set_cookie and "Path=/" in set_cookie
        assert ("Secure" in set_cookie) is is_secure
        assert "Domain" not in set_cookie


def test_a_token_from_before_the_sign_in_is_worth_nothing_and_the_real_one_is_nowhere_on_the_disk(
    tmp_path: Path,
) -> None:
    async def work(rig: Rig) -> None:
        client = await rig.stranger()
        client.cookies.set("egate-console", "chosen-by-somebody-else")
        await client.post("/session", json={"login": "officer", "password": PASSWORD})
        cookies = [cookie.value for cookie in client.cookies.jar]
        tokens = [each for each in cookies if each and each != "chosen-by-somebody-else"]
        assert tokens
        for path in rig.folder.iterdir():
            content = path.read_bytes()
            assert not any(token.encode() in content for token in tokens)
            assert PASSWORD.encode() not in content

    on_console(tmp_path, work)


def test_a_signed_out_session_is_worth_nothing_and_its_screen_closes_at_once(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        thief = await rig.stranger()
        thief.cookies.update(officer.cookies)
        assert (await thief.get("/lanes")).status_code == 200
        async with screen(rig, thief) as socket:
            await told(socket, "snapshot")
            await officer.delete("/session")
            with pytest.raises(ConnectionClosed):
                async with asyncio.timeout(60):
                    while True:
                        await socket.recv()
        assert (await thief.get("/lanes")).status_code == 401

    on_console(tmp_path, work)


def test_brute_force_is_slowed_for_this_name_only_and_not_for_long(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        client = await rig.stranger()
        codes = []
        for _ in range(7):
            answer = await client.post("/session", json={"login": "officer", "password": "not this one at all"})
            codes.append(answer.status_code)
        assert codes == [401] * 5 + [429] * 2
        right = await client.post("/session", json={"login": "officer", "password": PASSWORD})
        assert right.status_code == 429
        assert (await client.post("/session", json={"login": "colleague", "password": PASSWORD})).status_code == 200
        rig.put_on(31.0)
        assert (await client.post("/session", json={"login": "officer", "password": PASSWORD})).status_code == 200

    on_console(tmp_path, work)


@pytest.mark.slow
def test_an_unknown_name_is_answered_like_a_wrong_password(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        client = await rig.stranger()
        answers = [
            (await client.post("/session", json={"login": login, "password": "not this one at all"})).json()
            for login in ("officer", "nobody-of-this-name")
        ]
        assert answers[0] == answers[1]

    on_console(tmp_path, work)


# --- lock, post, absence --------------------------------------------------------------------------------------


def test_a_locked_screen_shows_alarms_and_nobodys_data(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane = await rig.lane()
        transaction = lane.arrive()
        await until(lambda: rig.room.lanes.lanes["A1"].pictures)
        await officer.post("/session/lock")
        async with screen(rig, officer) as socket:
            snapshot = await told(socket, "snapshot")
            assert snapshot["details"] == {} and "lanes" in snapshot and "alarms" in snapshot
            await socket.send(json.dumps({"watch": "A1"}))
            lane.say(elapsed_ms=20_000)
            await told(socket, "lane")
        for path in (f"/lanes/A1/pictures/live?transaction={transaction}", "/crossings", "/lanes"):
            assert (await officer.get(path)).status_code == 423
        assert (await officer.get("/alarms")).status_code == 200

    on_console(tmp_path, work)


def test_a_screen_nobody_touches_locks_itself_and_an_absent_officer_closes_the_lanes(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane = await rig.lane()
        async with screen(rig, officer) as socket:
            await told(socket, "snapshot")
            await until(lambda: lane.link.on_duty)
            rig.put_on(301.0)
            assert (await officer.get("/session")).json()["state"] == "locked"
            assert rig.room.on_duty, "a locked screen is still a post"
            rig.put_on(900.0)
            rig.put_on(0.0)
            assert "no_sign_of_officer" in {alarm.code for alarm in rig.room.alarms.alarms.values()}
            assert rig.room.on_duty
            rig.put_on(400.0)
            assert not rig.room.on_duty
            await until(lambda: not lane.link.on_duty)

    on_console(tmp_path, work)


@pytest.mark.slow
def test_a_sign_of_life_is_enough(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        async with screen(rig, officer) as socket:
            await told(socket, "snapshot")
            rig.put_on(299.0)
            await officer.post("/session/present")
            rig.put_on(240.0)
            assert (await officer.get("/session")).json()["state"] == "active"

    on_console(tmp_path, work)


def test_the_last_officer_who_signs_out_closes_the_lanes(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        lane = await rig.lane()
        assert not await lane.officer.present()
        officer = await rig.officer()
        await until(lambda: lane.link.on_duty)
        await officer.delete("/session")
        await until(lambda: not lane.link.on_duty)

    on_console(tmp_path, work)


def test_a_viewer_is_no_officer(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        await rig.officer("viewer")
        await rig.officer("engineer")
        rig.room.tick()
        assert not rig.room.on_duty

    on_console(tmp_path, work)


# --- bad input --------------------------------------------------------------------------------------------------


def test_huge_and_personal_notes_are_refused_plainly(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        officer = await rig.officer()
        lane = await rig.lane()
        transaction = lane.arrive()
        await until(lambda: rig.room.lanes.lanes["A1"].transaction == transaction)
        rev = rig.room.lanes.lanes["A1"].rev
        post = officer.post
        long = await post("/lanes/A1/commands", json=order(transaction, rev, "hold", note="x" * 241), headers=key("1"))
        zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
        lines = await post("/lanes/A1/commands", json=order(transaction, rev, "hold", note=zone), headers=key("2"))
        huge = await post(
            "/lanes/A1/commands", json=order(transaction, rev, "hold", note="x" * 50_000), headers=key("3")
        )
        assert [long.status_code, lines.status_code, huge.status_code] == [422, 422, 413]
        assert "ERIKSSON" not in lines.text
        assert not rig.room.commands.open

    on_console(tmp_path, work)


def test_a_body_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        client = await rig.stranger()
        for body in (b"", b"{", b"[]", b"\xff\xfe", b'{"login": 1}', b'{"login": "a"}', b"null"):
            answer = await client.post("/session", content=body, headers={"content-type": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (422, "not_understood"), body

    on_console(tmp_path, work)


# --- restart --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_sessions_alarms_claims_and_sign_outs_outlive_a_restart(tmp_path: Path) -> None:
    async def run() -> None:
        async with console_at(tmp_path) as rig:
            officer, gone = await rig.officer(), await rig.officer("colleague")
            lane = await rig.lane()
            asking = asyncio.create_task(lane.ask(lane.arrive()))
            await until(lambda: rig.room.cases.queue)
            (case,) = rig.room.cases.queue
            await officer.post(f"/cases/{case.id}/claim")
            await gone.delete("/session")
            cookies = [dict(officer.cookies), dict(gone.cookies)]
            alarms = {alarm.id: alarm.state for alarm in rig.room.alarms.alarms.values()}
            assert alarms
            asking.cancel()
        async with console_at(tmp_path) as rig:
            back = await rig.stranger()
            back.cookies.update(cookies[0])
            assert (await back.get("/session")).json()["login"] == "officer"
            thief = await rig.stranger()
            thief.cookies.update(cookies[1])
            assert (await thief.get("/session")).json()["state"] == "none"
            assert set(alarms) <= {alarm.id for alarm in rig.room.alarms.alarms.values()}
            trail = (await (await rig.officer("auditor")).get("/audit")).json()
            assert trail["proof"]["intact"]
            assert {"case_claimed", "signed_out"} <= {entry["kind"] for entry in trail["entries"]}

    asyncio.run(run())
