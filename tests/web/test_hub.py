"""The hub without a socket: numbering, what is resumed, who is told what."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.envelope import Envelope, seen_seq
from web.headers import is_same_origin
from web.hub import Hub

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def hub(ring: int = 10) -> Hub:
    return Hub("build", boot="b-1", ring=ring, now=lambda: AT)


def test_an_envelope_has_the_eight_fields_of_the_convention() -> None:
    envelope = hub().publish("lane.step", {"step": "face"}, lane="A3", transaction_id="t-1")
    assert json.loads(envelope.to_json()) == {
        "v": 1,
        "seq": 1,
        "ts": "2026-11-24T08:00:00.000Z",
        "boot": "b-1",
        "type": "lane.step",
        "lane": "A3",
        "transaction_id": "t-1",
        "data": {"step": "face"},
    }


def test_an_envelope_shows_nothing_of_its_data_in_a_repr() -> None:
    assert "secret" not in repr(Envelope(1, AT, "b", "t", {"a": "secret"}))


def test_a_client_resumes_with_exactly_what_it_missed() -> None:
    told = hub()
    for number in range(5):
        told.publish("n", {"number": number})
    missed = told.since("b-1-3")
    assert missed is not None
    assert [envelope.seq for envelope in missed] == [4, 5]
    assert told.since("b-1-5") == []


@pytest.mark.parametrize("resume", ["", "b-1-", "b-1-9", "other-1", "b-1-x", "b-1--1", "b-1-²"])
def test_a_client_of_another_boot_or_of_the_future_gets_a_snapshot(resume: str) -> None:
    told = hub()
    told.publish("n", {})
    assert told.since(resume) is None


def test_a_ring_that_does_not_reach_back_means_a_snapshot() -> None:
    told = hub(ring=3)
    for _ in range(6):
        told.publish("n", {})
    assert told.since("b-1-2") is None
    missed = told.since("b-1-3")
    assert missed is not None
    assert [envelope.seq for envelope in missed] == [4, 5, 6]


@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_any_resume_text_is_a_number_or_nothing(resume: str, boot: str) -> None:
    seq = seen_seq(resume, boot)
    assert seq is None or resume.startswith(f"{boot}-")


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://gate:8800", "gate:8800", True),
        ("https://GATE", "gate", True),
        ("http://gate:8801", "gate:8800", False),
        ("http://evil.example", "gate:8800", False),
        ("http://gate:8800.evil.example", "gate:8800", False),
        ("http://evil@gate:8800", "gate:8800", False),
        ("null", "gate:8800", False),
        ("", "gate:8800", False),
        ("file://gate:8800", "gate:8800", False),
        ("http://[", "gate:8800", False),
    ],
)
def test_only_our_own_pages_may_connect(origin: str, host: str, same: bool) -> None:
    assert is_same_origin({"origin": origin, "host": host}) is same


def test_without_any_origin_nobody_connects() -> None:
    assert not is_same_origin({"host": "gate"})


def test_a_listener_that_takes_nothing_is_kept_nothing_for_and_resumes_where_it_was() -> None:
    """It may have missed much before it came: that alone is no slowness."""

    async def run() -> None:
        told = Hub(boot="b", ring=100, queue=5)
        for number in range(20):
            told.publish("n", {"number": number})
        lines = told.lines("b-0")
        first = await anext(lines)
        assert first is not None and first.seq == 1
        (listener,) = told._listeners
        for number in range(1000):
            told.publish("n", {"number": number})
        assert listener.overrun and not listener.waiting
        assert [line async for line in lines] == []
        assert not told._listeners

    asyncio.run(run())
