import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from biometrics import backends
from biometrics.backends import BackendRefused
from biometrics.calibration import Calibration, CalibrationRefused, OperatingPoint, committed
from biometrics.engine import FaceEngine


def point(fmr: float, threshold: float) -> OperatingPoint:
    return OperatingPoint(fmr, threshold, (fmr / 2, 2 * fmr), 0.01, (0.005, 0.02))


MADE = Calibration(
    "sface", "m" * 64, "d" * 64, "2026-01-31", 10, 0, 5, 40, (point(1e-2, 0.3), point(1e-4, 0.4)), (0.1, 0.2)
)


def written(path: Path, **changes: Any) -> Path:
    MADE.save(path)
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | changes))
    return path


def test_it_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    MADE.save(tmp_path / "made.json")
    assert Calibration.load(tmp_path / "made.json") == MADE


def test_a_measured_rate_has_its_measured_threshold() -> None:
    assert MADE.threshold(1e-2) == pytest.approx(0.3)
    assert MADE.threshold(1e-4) == pytest.approx(0.4)


def test_between_two_rates_the_threshold_is_on_the_line_of_decades() -> None:
    assert MADE.threshold(1e-3) == pytest.approx(0.35)


@pytest.mark.parametrize("rate", [2e-2, 9e-5, 0.0, -1.0, float("nan")])
def test_a_rate_that_was_not_measured_is_refused(rate: float) -> None:
    with pytest.raises(CalibrationRefused, match="choose one of these"):
        MADE.threshold(rate)


def test_a_calibration_of_another_model_is_refused_by_the_engine() -> None:
    with pytest.raises(CalibrationRefused, match="is of model mmmmmmmmmmmm"):
        FaceEngine(MADE, 1e-3)


def test_the_committed_calibration_is_of_the_default_backend() -> None:
    calibration = Calibration.load(committed("sface"))
    calibration.require_model(backends.load("sface").digest)
    assert calibration.threshold(5e-4) > calibration.threshold(1e-2)
    assert calibration.impostor_pairs > 1_000_000


def test_the_digest_changes_with_every_threshold() -> None:
    assert MADE.digest != replace(MADE, points=(point(1e-2, 0.3), point(1e-4, 0.41))).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "another/1"},
        {"points": []},
        {"points": [{"fmr": 1e-2}]},
        {"points": "none"},
        {"surplus": 1},
    ],
    ids=["format", "no points", "half a point", "no list", "unknown key"],
)
def test_a_malformed_file_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(CalibrationRefused, match=r"broken\.json"):
        Calibration.load(written(tmp_path / "broken.json", **changes))


def test_thresholds_that_fall_with_the_rate_are_refused(tmp_path: Path) -> None:
    turned = replace(MADE, points=(point(1e-2, 0.4), point(1e-4, 0.3)))
    turned.save(tmp_path / "turned.json")
    with pytest.raises(CalibrationRefused, match="do not rise"):
        Calibration.load(tmp_path / "turned.json")


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_a_file_that_is_no_calibration_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "no.json").write_text(content)
    with pytest.raises(CalibrationRefused, match=r"no\.json"):
        Calibration.load(tmp_path / "no.json")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalibrationRefused, match=r"absent\.json"):
        Calibration.load(tmp_path / "absent.json")


def test_an_unknown_backend_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BackendRefused, match="choose one of sface"):
        backends.load("magic")


def test_a_backend_without_its_packages_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(BackendRefused, match=r"the face backend dlib lacks the package dlib; run: egate install dlib"):
        backends.load("dlib")


def test_the_committed_calibration_of_dlib_is_coarser() -> None:
    loose, tight = Calibration.load(committed("dlib")), Calibration.load(committed("sface"))
    assert [p.fnmr for p in loose.points if p.fmr == 5e-4] > [p.fnmr for p in tight.points if p.fmr == 5e-4]
