"""The console's real process is killed and started again: nothing open is lost, and nothing that was ended comes back.

And what the command line does beside a console that runs holds there at once.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from benchmarks.screens import Served, enter
from benchmarks.screens_lanes import Lanes
from benchmarks.screens_server import free_port, person_and_keys
from console.enrol import add_person
from console.room import FILE
from console.store import Store
from drivers.model import OfficerCase
from link.staff import StaffRole
from tests.screens.browsing import browser, listened, needs_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("browser"), needs_chromium]
PATIENCE_S = 60.0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    password, keys = person_and_keys(tmp_path, ["A1"])
    served = Served(tmp_path, free_port(), password, keys)
    served.start()
    yield served
    served.kill()


@pytest.fixture
def chromium() -> Iterator["Browser"]:
    with browser() as opened:
        yield opened


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    """A browser without a page."""
    with httpx.Client(base_url=f"{served.address}/api/v1", headers={"X-Egate": "1"}, timeout=20) as client:
        yield client


def signs_in(client: httpx.Client, login: str, password: str) -> bool:
    """False while the console has not yet read who has come."""
    return client.post("/session", json={"login": login, "password": password}).is_success


def until(holds: Callable[[], Any]) -> Any:
    ends_s = time.monotonic() + PATIENCE_S
    while not (found := holds()):
        assert time.monotonic() < ends_s, "it did not come to that"
        time.sleep(0.05)  # another process: nothing here can be awaited
    return found


def state_of(client: httpx.Client) -> str:
    return str(client.get("/session").json()["state"])


def test_killed_and_started_again_nothing_is_lost_and_who_was_signed_out_stays_out(
    served: Served, client: httpx.Client, chromium: "Browser"
) -> None:
    with Store(served.folder / FILE) as store:
        _user, word = add_person(store, "colleague", StaffRole.LANE_OFFICER, must_change=False)
    with Lanes(served.address, served.keys) as lanes:
        until(lambda: signs_in(client, "colleague", word))
        page = chromium.new_page(viewport={"width": 1920, "height": 1080})
        page.set_default_timeout(1000 * PATIENCE_S)
        complaints = listened(page)
        enter(page, f"{served.address}/console", "officer", served.password)
        page.wait_for_selector(".board .lane:not(.lost)")
        lanes.arrive("A1")
        transaction = lanes.transaction("A1")
        for reason in ("several_persons", "face_differs"):
            lanes.tell("A1", OfficerCase(transaction, "A1", reason, "To be looked at.", 0.0), alarm=True)
        page.click(".alarm-list li.p1 .ack")
        page.wait_for_selector(".alarm-list li.p1:has-text('taken over by you')")
        page.wait_for_selector(".alarm-list li.p2.unacknowledged")
        client.delete("/session").raise_for_status()
        page.evaluate("window.stillHere = true")

        served.kill()
        page.wait_for_selector(".connection.stale")
        served.start()

        page.wait_for_selector(".connection:not(.stale)")
        page.wait_for_selector(".board .lane:not(.lost)")
        page.wait_for_selector(".alarm-list li.p1:has-text('taken over by you')")
        page.wait_for_selector(".alarm-list li.p2.unacknowledged")
        assert page.evaluate("window.stillHere") is True
        assert state_of(client) == "none", "a sign-in that was ended does not come back"
        assert [said for said in complaints if "WebSocket" not in said and "ERR_CONNECTION" not in said] == []


def test_who_is_disabled_on_the_command_line_is_out_at_once(served: Served, client: httpx.Client) -> None:
    assert signs_in(client, "officer", served.password)
    assert state_of(client) == "active"
    command = [sys.executable, "-m", "cli", "console", "user", "disable", "officer", "--folder", str(served.folder)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2], capture_output=True)
    until(lambda: state_of(client) == "none")
    assert not signs_in(client, "officer", served.password)
