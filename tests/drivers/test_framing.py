from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.framing import GAP_S, MAX_FRAME_BYTES, PROFILES, Frame, FrameParser

TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
every_profile = pytest.mark.parametrize("name", sorted(PROFILES))


def zones() -> st.SearchStrategy[tuple[str, ...]]:
    """Two lines of 44 or 36 characters, or three of 30."""
    shapes = ((2, 44), (2, 36), (3, 30))
    return st.one_of(
        *(st.tuples(*[st.text(ALPHABET, min_size=width, max_size=width)] * count) for count, width in shapes)
    )


def parse(name: str, *pieces: bytes) -> tuple[list[Frame], FrameParser]:
    """The pieces one after another without a pause, then silence."""
    parser = FrameParser(PROFILES[name])
    frames = [frame for piece in pieces for frame in parser.feed(piece, 0.0)]
    return frames + parser.feed(b"", 2 * GAP_S), parser


@every_profile
@pytest.mark.parametrize("lines", [TD3, TD1])
def test_what_is_packed_is_parsed(name: str, lines: tuple[str, ...]) -> None:
    frames, parser = parse(name, PROFILES[name].pack(lines))
    assert frames == [Frame(lines)]
    assert parser.rejected == 0


@every_profile
@settings(max_examples=40)
@given(lines=zones(), cuts=st.lists(st.integers(0, 200), max_size=6))
def test_any_split_gives_the_same_frame(name: str, lines: tuple[str, ...], cuts: list[int]) -> None:
    data = PROFILES[name].pack(lines)
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[start:end] for start, end in pairwise(places)]
    assert parse(name, *pieces)[0] == [Frame(lines)]


@pytest.mark.parametrize("name", ["desko_cute", "rte"])
@settings(max_examples=40)
@given(data=st.data())
def test_noise_between_frames_changes_nothing(name: str, data: st.DataObject) -> None:
    first, second = data.draw(zones()), data.draw(zones())
    noise = bytes(byte for byte in data.draw(st.binary(max_size=40)) if byte not in (0x01, 0x02))
    pack = PROFILES[name].pack
    frames, parser = parse(name, noise, pack(first), noise, pack(second), noise)
    assert frames == [Frame(first), Frame(second)]
    assert parser.rejected == 0


@every_profile
@settings(max_examples=150)
@given(lines=zones(), place=st.integers(0, 200), change=st.integers(1, 255))
def test_one_wrong_byte_is_rejected_or_visible(name: str, lines: tuple[str, ...], place: int, change: int) -> None:
    """Whatever still comes through as this zone differs in the very characters that the check digits cover."""
    data = bytearray(PROFILES[name].pack(lines))
    data[place % len(data)] ^= change
    frames, _ = parse(name, bytes(data))
    assert len(frames) <= 1
    for frame in frames:
        same_shape = [len(line) for line in frame.lines] == [len(line) for line in lines]
        wrong = sum(
            a != b for got, sent in zip(frame.lines, lines, strict=False) for a, b in zip(got, sent, strict=False)
        )
        assert frame.lines == lines or not same_shape or wrong == 1


@settings(max_examples=100)
@given(place=st.integers(0, 200), change=st.integers(1, 255))
def test_a_block_check_byte_lets_no_wrong_byte_through(place: int, change: int) -> None:
    data = bytearray(PROFILES["rte"].pack(TD3))
    data[place % len(data)] ^= change
    assert parse("rte", bytes(data))[0] == []


@every_profile
@settings(max_examples=100)
@given(st.lists(st.tuples(st.binary(max_size=80), st.floats(0, 0.5)), max_size=20))
def test_any_bytes_at_any_time_never_raise_and_stay_bounded(name: str, arrivals: list[tuple[bytes, float]]) -> None:
    parser = FrameParser(PROFILES[name])
    now_s = 0.0
    for data, pause_s in arrivals:
        now_s += pause_s
        for frame in parser.feed(data, now_s):
            assert 1 <= len(frame.lines) <= 3
    after_s = now_s + 2 * GAP_S
    parser.feed(b"", after_s)
    assert parser.feed(PROFILES[name].pack(TD3), after_s) + parser.feed(b"", after_s + 2 * GAP_S) == [Frame(TD3)]


@every_profile
def test_a_frame_broken_off_is_rejected_after_the_gap_and_the_next_one_is_whole(name: str) -> None:
    parser = FrameParser(PROFILES[name])
    data = PROFILES[name].pack(TD3)
    assert parser.feed(data[:50], 0.0) == []
    after_s = 2 * GAP_S
    late = parser.feed(data, after_s) + parser.feed(b"", 2 * after_s)
    assert late[-1] == Frame(TD3)
    if name != "plain_cr":  # without any frame around it, a broken-off line looks like a short one: visibly
        assert late == [Frame(TD3)]
        assert parser.rejected == 1


@pytest.mark.parametrize("name", ["desko_cute", "rte"])
def test_a_new_start_inside_a_frame_starts_anew(name: str) -> None:
    data = PROFILES[name].pack(TD3)
    frames, parser = parse(name, data[:30], data)
    assert frames == [Frame(TD3)]
    assert parser.rejected == 1


@every_profile
def test_babble_is_bounded_and_does_not_hide_the_next_frame(name: str) -> None:
    parser = FrameParser(PROFILES[name])
    start = bytes([PROFILES[name].start or ord("A")])
    assert parser.feed(start + b"A" * (4 * MAX_FRAME_BYTES), 0.0) == []
    assert parser.feed(b"", 1.0) == []
    assert parser.rejected == 1
    assert parser.feed(PROFILES[name].pack(TD3), 1.0) + parser.feed(b"", 2.0) == [Frame(TD3)]


def test_one_found_line_of_an_rte_block_is_the_bottom_one() -> None:
    frames, _ = parse("rte", PROFILES["rte"].pack(TD3[1:]))
    assert frames == [Frame(TD3[1:])]
    assert PROFILES["rte"].pack(TD3[1:]).count(b"\r") == 3


def test_carriage_return_and_line_feed_end_one_line() -> None:
    frames, _ = parse("plain_cr", "\r\n".join(TD3).encode() + b"\r\n")
    assert frames == [Frame(TD3)]


def test_a_frame_keeps_its_lines_out_of_its_repr() -> None:
    assert "ERIKSSON" not in repr(Frame(TD3))
