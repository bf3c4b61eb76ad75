"""egate demo on the virtual clock: real pages, faces, readers and matchers, and every story ends as it must."""

import json
import sys

import pytest

from cli.main import main
from simulators.population import EXPECTED, Story


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 20261123])
def test_a_mix_of_travellers_ends_as_their_stories_must(
    seed: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["egate", "demo", "--virtual", "--travellers", "20", "--seed", str(seed), "--json"]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as ended:
        main()
    told = json.loads(capsys.readouterr().out)
    assert [(c["story"], c["outcome"], c["reason"]) for c in told["crossings"]] == [
        (c["story"], *EXPECTED[Story(c["story"])]) for c in told["crossings"]
    ]
    assert ended.value.code == 0
    stories = {Story(crossing["story"]) for crossing in told["crossings"]}
    assert stories >= {
        Story.GENUINE, Story.IMPOSTOR, Story.EXPIRED_PASSPORT, Story.EXPIRED_VISA, Story.NO_VISA,
        Story.OTHER_PASSPORT, Story.TWO_PERSONS, Story.WALKS_AWAY,
    }  # fmt: skip
