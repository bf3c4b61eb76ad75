"""A lane, the register's service and the centre as three processes of `egate`, over mutual TLS, by one site file."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from records.centre import Centre
from register.store import Store
from tests.records.test_centre_process import free_port

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("wall_clock")]
SITES = Path(__file__).parents[2] / "config" / "sites"
ENDS_S = 120


def site_text(ports: tuple[int, int]) -> str:
    """The networked site's services, with devices in process: no wire of a device is looked at here."""
    services = (SITES / "networked.toml").read_text()
    services = services[services.index("[register]") : services.index("[journal]")]
    devices = (SITES / "virtual.toml").read_text()
    devices = devices.replace('[register]\nkind = "sqlite"\npath = "register.sqlite"\n', services)
    assert "[centre]" in devices
    return devices.replace("demo-1", "virtual-1").replace(":8443", f":{ports[0]}").replace(":8444", f":{ports[1]}")


def egate(*arguments: object) -> str:
    return CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False).stdout


@contextmanager
def process(listens: str, *arguments: object) -> Iterator[None]:
    """One that has said that it listens."""
    command = [sys.executable, "-m", "cli", *map(str, arguments)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as it:
        try:
            assert it.stdout is not None
            assert re.match(listens, it.stdout.readline())
            yield
            assert it.poll() is None
        finally:
            it.kill()


def test_a_lane_of_three_processes_crosses_and_its_record_is_at_the_centre(tmp_path: Path) -> None:
    keys, register, centre = tmp_path / "keys", tmp_path / "register.sqlite", tmp_path / "centre.sqlite"
    egate("certs", "make", keys, "--gate", "virtual-1")
    Store(register, create=True).close()
    ports = free_port(), free_port()
    site = tmp_path / "site.toml"
    site.write_text(site_text(ports))
    assert egate("check-config", site)
    serving = ("register", "serve", "--register", register, "--keys", keys / "register", "--port", ports[0])
    taking = ("centre", "serve", "--file", centre, "--keys", keys / "centre", "--port", ports[1])
    running = [sys.executable, "-m", "cli", "run", "--site", site, "--travellers", "1", "--visas-to", register]
    with process(r"register on https://", *serving), process(r"centre on https://", *taking):
        done = subprocess.run(running, capture_output=True, text=True, timeout=ENDS_S, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    entries = json.loads(egate("audit", "verify", tmp_path / "journal.sqlite", "--json"))["entries"]
    with Centre(centre) as kept:
        seen = kept.gate("virtual-1")
    assert (seen.entries, seen.refused, seen.head_state.value) == (entries, "", "holds")
    assert (tmp_path / "copy.sqlite").exists()
    lines = egate("audit", "export", tmp_path / "journal.sqlite").splitlines()
    answers = [each["facts"] for each in map(json.loads, lines) if each["kind"] == "register_answered"]
    assert "service" in {each["source"] for each in answers}
