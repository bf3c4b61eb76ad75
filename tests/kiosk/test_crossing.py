from pathlib import Path

import pytest

from simulators.population import EXPECTED, Story
from tests.kiosk.toy import ToyRun, cross


@pytest.mark.parametrize("story", list(Story))
def test_each_story_ends_as_it_should(story: Story, tmp_path: Path) -> None:
    run = cross(ToyRun(tmp_path), story)
    assert [(r.outcome, r.reason) for r in run.records] == [EXPECTED[story]]
