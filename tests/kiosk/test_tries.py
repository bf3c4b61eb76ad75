"""Another try is given twice a document within a quarter of an hour, and then no more."""

from kiosk.tries import MOST, WITHIN_S, Tries


def test_a_document_has_so_many_tries_and_another_one_its_own() -> None:
    tries = Tries()
    for turn in range(MOST):
        assert tries.may("one", float(turn))
        tries.give("one", float(turn))
    assert not tries.may("one", float(MOST))
    assert tries.may("other", float(MOST))


def test_after_a_while_there_are_tries_again_and_nothing_is_remembered_for_ever() -> None:
    tries = Tries()
    for _ in range(MOST):
        tries.give("one", 0.0)
    assert tries.may("one", WITHIN_S)
    tries.give("other", WITHIN_S)
    assert set(tries.given_at_s) == {"other"}


def test_a_document_that_was_never_read_has_none() -> None:
    assert not Tries().may("", 0.0)
