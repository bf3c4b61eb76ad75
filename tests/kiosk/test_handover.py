"""Pictures through shared memory: they arrive whole, wherever they lie in a question, and are not copied on the way."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from drivers.model import Image
from kiosk.handover import Answering, Asking, Memory


@dataclass(slots=True)
class Ends:
    lane: Asking
    worker: Answering


@pytest.fixture(scope="module")
def ends() -> Iterator[Ends]:
    """Both in this process; the worker's has a descriptor of its own, as over there."""
    ours, theirs = Pipe()
    lane = Asking(ours)
    yield Ends(lane, Answering(theirs, Memory(os.dup(lane.memory.descriptor))))
    lane.close()


def handed_over(ends: Ends, *arguments: Any) -> tuple[Any, ...]:
    ends.lane.ask(("look", arguments))
    operation, arrived = ends.worker.next()
    assert operation == "look"
    return arrived


PICTURES = arrays(np.uint8, array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=40))


@settings(max_examples=60)
@given(pictures=st.lists(PICTURES, max_size=5), number=st.integers())
def test_every_array_arrives_as_it_was(ends: Ends, pictures: list[Image], number: int) -> None:
    named, arrived = handed_over(ends, {"lit": pictures}, number)
    assert arrived == number
    assert len(named["lit"]) == len(pictures)
    for sent, seen in zip(pictures, named["lit"], strict=True):
        assert (sent.shape, sent.dtype) == (seen.shape, seen.dtype)
        assert (sent == seen).all()


def test_a_picture_is_looked_at_where_it_lies(ends: Ends) -> None:
    (first,) = handed_over(ends, np.full((720, 1280, 3), 7, np.uint8))
    assert not first.flags.owndata
    handed_over(ends, np.full((720, 1280, 3), 9, np.uint8))
    assert (first == 9).all()


def test_a_larger_picture_makes_room_and_leaves_a_smaller_one_alone(ends: Ends) -> None:
    (small,) = handed_over(ends, np.full((10, 10, 3), 5, np.uint8))
    (large,) = handed_over(ends, np.full((2000, 3000, 3), 6, np.uint8))
    assert large.shape == (2000, 3000, 3)
    assert (large == 6).all()
    assert small.shape == (10, 10, 3)


@pytest.mark.parametrize("how", [lambda image: image[:, ::-1], lambda image: image[::2], lambda image: image.T])
def test_a_view_of_a_picture_arrives_as_it_looks(ends: Ends, how: Any) -> None:
    image = np.arange(6 * 8 * 3, dtype=np.uint8).reshape(6, 8, 3)
    (arrived,) = handed_over(ends, how(image))
    assert (arrived == how(image)).all()


def test_the_shared_memory_has_no_name_in_the_file_system(ends: Ends) -> None:
    held = Path(f"/proc/self/fd/{ends.lane.memory.descriptor}").readlink()
    assert str(held) == "/memfd:egate-frames (deleted)"


@pytest.mark.parametrize("pictures", [0, 1])
def test_a_worker_that_is_gone_is_an_oserror_and_the_end_can_be_closed(pictures: int) -> None:
    ours, theirs = Pipe()
    lane = Asking(ours)
    theirs.close()
    with pytest.raises(OSError, match="pipe"):
        lane.ask(("look", (np.zeros((40, 40, 3), np.uint8),) * pictures))
    with pytest.raises((OSError, EOFError)):
        lane.answer()
    lane.close()
