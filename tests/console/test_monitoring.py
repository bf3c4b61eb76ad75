"""The dashboard and the rules that we ship ask for figures that the console gives."""

import json
import re
from pathlib import Path

import pytest

from console.metrics import Metrics

FOLDER = Path(__file__).parents[2] / "docs" / "monitoring"


@pytest.mark.parametrize("name", ["grafana-hall.json", "alerts.yml"])
def test_every_figure_that_is_asked_for_is_given(name: str) -> None:
    given = set(re.findall(r"^# TYPE (\w+) ", Metrics().exposed(0, 0, True).decode(), re.MULTILINE))
    asked = set(re.findall(r"\begate_\w+", (FOLDER / name).read_text()))
    assert asked
    assert {figure.removesuffix("_bucket") for figure in asked} <= given


def test_every_panel_asks_for_something_and_lies_in_its_own_place() -> None:
    panels = json.loads((FOLDER / "grafana-hall.json").read_text())["panels"]
    assert all(target["expr"] for panel in panels for target in panel["targets"])
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels)
