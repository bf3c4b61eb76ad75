"""egate demo --cut-register: the network is pulled, and the next traveller crosses on the gate's own copy."""

import json
import sys

import pytest

from cli.main import main

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("wall_clock")]


def test_a_crossing_on_the_copy_and_every_passage_told_afterwards(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["egate", "demo", "--travellers", "2", "--speed", "2", "--cut-register", "15s", "--json"]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as ended:
        main()
    told = json.loads(capsys.readouterr().out)
    assert [crossing["reason"] for crossing in told["crossings"]] == ["passed", "passed"]
    assert [crossing["register"] for crossing in told["crossings"]] == ["service", "copy"]
    assert told["caught_up_s"] is not None
    assert ended.value.code == 0
