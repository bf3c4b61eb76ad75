"""`egate face gate-bench`: what it makes of pictures, and what it says of them."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.face_gate import FRAME_PX, TOKEN_BYTES, frame, token
from cli.exits import PASSED, USAGE, CommandFailed
from cli.main import app
from link.images import decode
from tests.biometrics.faces import Pose, live, members, portrait

NAMES = [who.name for who in members()][:4]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each person from the front and smiling, in files called PERSON_what; the last one's smile shows a wall."""
    folder = tmp_path_factory.mktemp("studio")
    for number, name in enumerate(NAMES):
        smiling = live(name, Pose.SMILE)[:, 280:1000]
        cv2.imwrite(str(folder / f"{number}_neutral.png"), portrait(name))
        cv2.imwrite(str(folder / f"{number}_smiling.png"), smiling if number < 3 else np.full_like(smiling, 150))
    return folder


def test_a_token_is_a_portrait_of_few_bytes() -> None:
    data = token(portrait(NAMES[0]))
    assert len(data) <= TOKEN_BYTES
    assert max(decode(data).shape) == 480


def test_a_frame_is_degraded_and_the_same_for_the_same_seed() -> None:
    first, again, other = (frame(portrait(NAMES[0]), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.shape == (FRAME_PX[1], FRAME_PX[0], 3)
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.slow
def test_every_pair_is_counted_and_what_the_limits_refuse_is_a_non_match(studio: Path) -> None:
    result = CliRunner().invoke(app, ["face", "gate-bench", "--folder", str(studio), "--json"])
    stated = json.loads(result.stdout)
    assert result.exit_code == PASSED
    assert stated["people"] == len(NAMES)
    assert stated["refused"] == {"portraits": 0, "frames": 1}
    assert (stated["genuine_pairs"], stated["impostor_pairs"]) == (4, 9)
    assert [point["fmr"] for point in stated["operating_points"]] == [5e-4, 1e-4]
    assert [(point["missed"], point["fnmr"]) for point in stated["operating_points"]] == [(1, 0.25), (1, 0.25)]


def test_one_picture_a_person_is_refused_with_a_sentence(tmp_path: Path) -> None:
    for number, name in enumerate(NAMES[:2]):
        cv2.imwrite(str(tmp_path / f"{number}_neutral.png"), portrait(name))
    result = CliRunner().invoke(app, ["face", "gate-bench", "--folder", str(tmp_path)])
    assert isinstance(result.exception, CommandFailed)
    assert result.exception.exit_code == USAGE
    assert "two images of somebody" in str(result.exception)
