import numpy as np
import pytest

from biometrics.align import TRAINED_POINTS, similarity, straighten


@pytest.mark.parametrize(("scale", "turn_deg"), [(1.0, 0.0), (3.5, 20.0), (0.4, -75.0)])
def test_a_turned_and_scaled_face_comes_back(scale: float, turn_deg: float) -> None:
    turn = np.deg2rad(turn_deg)
    rotation = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = (TRAINED_POINTS @ rotation.T + [300.0, 200.0]).astype(np.float32)
    matrix = similarity(moved, TRAINED_POINTS)
    assert np.allclose(moved @ matrix[:, :2].T + matrix[:, 2], TRAINED_POINTS, atol=1e-3)


def test_a_mirrored_face_is_not_mirrored_back() -> None:
    mirrored = TRAINED_POINTS * np.array([-1.0, 1.0], np.float32)
    matrix = similarity(mirrored, TRAINED_POINTS)
    assert np.linalg.det(matrix[:, :2]) > 0.0


def test_points_on_one_spot_give_a_crop_all_the_same() -> None:
    crop = straighten(np.full((50, 50, 3), 90, np.uint8), np.full((5, 2), 20.0, np.float32))
    assert crop.shape == (112, 112, 3)
