"""A bar ends with its block: nothing of it waits for the garbage collector."""

import threading

import pytest

from cli.progress import progress


def test_a_bar_is_gone_however_its_block_ends(capsys: pytest.CaptureFixture[str]) -> None:
    before = set(threading.enumerate())
    for _ in range(3):
        with pytest.raises(LookupError), progress("reading", 4) as advance:
            advance()
            raise LookupError
        for drawing in set(threading.enumerate()) - before:
            drawing.join(timeout=10)
            assert not drawing.is_alive()
    assert capsys.readouterr().out == ""


def test_a_hidden_bar_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("reading", 1, hidden=True) as advance:
        advance()
    assert capsys.readouterr() == ("", "")
