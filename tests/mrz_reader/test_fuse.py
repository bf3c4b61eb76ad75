"""Several reads made into one, and a device's own text."""

from mrz.fuse import fuse, read_text
from mrz.judge import judge
from mrz.model import MrzRead, RescanReason, Verdict
from tests.mrz.zones import TD1, TD3, TODAY
from tests.mrz_reader.rows import blur, rows_of

NOTHING = MrzRead(verdict=Verdict.RESCAN, reason=RescanReason.NO_MRZ)


def _seen(column: int, character: str, confidence: float) -> MrzRead:
    rows = rows_of(TD3)
    blur(rows, 0, column, {character: confidence})
    return judge(rows, TODAY)


def test_nothing_fuses_to_nothing() -> None:
    assert fuse((), TODAY) == NOTHING
    assert fuse((NOTHING, NOTHING), TODAY) == NOTHING


def test_one_read_stands() -> None:
    read = judge(rows_of(TD3), TODAY)
    assert fuse((NOTHING, read), TODAY) is read


def test_two_doubtful_frames_make_a_sure_one() -> None:
    frames = (_seen(6, TD3[0][6], 0.5), _seen(9, TD3[0][9], 0.5))
    assert [frame.verdict for frame in frames] == [Verdict.RESCAN] * 2
    fused = fuse(frames, TODAY)
    assert (fused.verdict, fused.lines) == (Verdict.ACCEPT, TD3)


def test_frames_that_are_sure_of_different_letters_are_never_accepted() -> None:
    frames = (judge(rows_of(TD3), TODAY), _seen(6, "K", 0.95))
    fused = fuse(frames, TODAY)
    assert (fused.verdict, fused.reason) == (Verdict.RESCAN, RescanReason.UNSURE)


def test_a_picture_that_plainly_differs_stops_the_text_of_a_device() -> None:
    fused = fuse((read_text(TD3, TODAY), _seen(6, "K", 0.95)), TODAY)
    assert (fused.verdict, fused.reason) == (Verdict.RESCAN, RescanReason.UNSURE)


def test_the_same_doubt_twice_stays_a_doubt() -> None:
    frame = _seen(6, "K", 0.45)
    assert fuse((frame, frame), TODAY).verdict is Verdict.RESCAN


def test_another_kind_of_zone_does_not_mix() -> None:
    read, other = judge(rows_of(TD3), TODAY), judge(rows_of(TD1, 0.3), TODAY)
    assert fuse((read, other), TODAY) is read


def test_text_of_a_device_is_accepted_by_the_rules_alone() -> None:
    read = read_text([f"{line}\r\n" for line in TD3], TODAY)
    assert (read.verdict, read.lines, read.confidence) == (Verdict.ACCEPT, TD3, 1.0)


def test_text_of_a_device_that_breaks_a_rule_is_not() -> None:
    read = read_text((TD3[0], TD3[1].replace("UTO", "UT0")), TODAY)
    assert (read.verdict, read.reason, read.confidence) == (Verdict.RESCAN, RescanReason.UNSURE, 0.0)


def test_no_text_is_no_zone() -> None:
    for nothing in ((), ("",), ("\r\n", " ")):
        assert read_text(nothing, TODAY) == NOTHING


def test_any_text_is_answered() -> None:
    for lines in (("HELLO",), ("\x00" * 44, "ß" * 44), ("<" * 44,) * 9):
        assert read_text(lines, TODAY).verdict is Verdict.RESCAN
