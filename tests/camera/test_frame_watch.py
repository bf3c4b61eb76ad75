import numpy as np

from drivers.frame_watch import Backlog, FrameWatch
from drivers.model import Image
from tests.camera.rigs import view


def watched(*images: Image, period_s: float = 0.1) -> FrameWatch:
    watch = FrameWatch()
    for index, image in enumerate(images):
        watch.see(image, 100.0 + index * period_s)
    return watch


def test_a_picture_with_noise_is_alive() -> None:
    watch = watched(*(view(index / 15) for index in range(10)))
    assert watch.unchanged_s == 0.0
    assert not watch.is_dark


def test_equal_pixels_add_up_until_one_changes() -> None:
    still = view(0.0)
    assert round(watched(*[still] * 8).unchanged_s, 3) == 0.7
    assert watched(*[still] * 8, view(1 / 15)).unchanged_s == 0.0


def test_the_first_picture_is_not_old() -> None:
    assert watched(view(0.0)).unchanged_s == 0.0


def test_black_is_dark_and_not_frozen() -> None:
    black = np.zeros((240, 320, 3), np.uint8)
    watch = watched(*[black] * 30)
    assert watch.is_dark
    assert watch.unchanged_s == 0.0


def test_a_dim_hall_is_not_dark() -> None:
    assert not watched(view(0.0) // 6).is_dark


def test_frames_at_their_own_pace_are_of_now() -> None:
    backlog = Backlog()
    assert not any(backlog.holds(waited_s) for waited_s in (0.06, 0.07, 0.2, 0.0, 0.06))


def test_after_a_stall_only_a_frame_that_was_waited_for_is_of_now() -> None:
    backlog = Backlog()
    held = [backlog.holds(waited_s) for waited_s in (0.06, 1.2, 0.0, 0.001, 0.06, 0.0)]
    assert held == [False, True, True, True, False, False]
