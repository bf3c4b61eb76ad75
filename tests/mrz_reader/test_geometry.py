"""Where lines run, at which pitch, and which of them belong together."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.mrz_drawn import TODAY, drawn, junk
from mrz.grid import ReadLine
from mrz.grouping import best_group, lacks_a_line, legibility, quality
from mrz.locate import FoundLine, Zone, _fit, _room_beside, _spread, find_lines, find_zones
from mrz.model import DocumentType, MrzRead, Verdict
from mrz.net import MAP_STEP_PX, PageNet
from mrz.pitch import Profile, lock
from mrz.reader import _READS_WELL, MrzReader, _may_be_part, _worth, as_grey
from tests.mrz_reader.rows import rows_of, seen_at

LINE = FoundLine(left=100.0, right=900.0, curve=np.array([0.0, 50.0]), capital_px=20.0, centre=500.0)
MODELS = Path(__file__).parents[2] / "mrz" / "models"


def test_the_nets_are_small() -> None:
    assert sum(file.stat().st_size for file in MODELS.glob("*.onnx")) <= 2_000_000


@given(st.floats(-450, 450), st.floats(-0.0006, 0.0006))
def test_flat_and_page_are_inverses(offset: float, spread: float) -> None:
    line = replace(LINE, spread=spread)
    assert float(line.page(np.array(line.flat(500 + offset)))) == pytest.approx(500 + offset, abs=1e-6)


def test_no_lean_turns_a_line_over() -> None:
    for spread in (-0.01, 0.01):
        line = replace(LINE, spread=spread)
        edges = [line.flat(x) for x in (0.0, 500.0, 1000.0)]
        assert edges == sorted(edges)


@pytest.mark.parametrize("start", (899.0, 900.0, 901.0, 600.0))
def test_lines_that_do_not_run_beside_each_other_show_no_lean(start: float) -> None:
    """One that starts where the other ends: nothing is fitted to a span without length."""
    below = FoundLine(start, start + 800, np.array([0.02, 100.0]), 20.0, start + 400)
    assert _spread([LINE, below]) == 0.0


def test_lines_that_draw_together_show_the_lean() -> None:
    below = replace(LINE, curve=np.array([-0.02, 110.0]))
    assert _spread([LINE, below]) == pytest.approx(-0.02 / 50, rel=1e-6)


def test_a_line_seen_in_two_spots_is_straight() -> None:
    """Two columns of cells far apart determine no parabola; nothing is fitted to what is not there."""
    cells = (np.array([2, 3, 2, 3]), np.array([5, 5, 90, 90]))
    line = _fit(np.ones((4, 10, 100), np.float32), cells, 1.0)
    assert len(line.curve) == 2
    assert float(line.middle(np.array(200.0))) == pytest.approx(3.0 * MAP_STEP_PX)


@pytest.mark.parametrize("document_type", (DocumentType.TD3, DocumentType.TD1))
def test_text_on_its_head_never_reads_well(reader: MrzReader, document_type: DocumentType) -> None:
    """Fillers pass for fives then: the other way up has to be tried too."""
    grey = as_grey(drawn(document_type, 31, dpi=300).image)
    assert grey is not None
    zone = find_zones(grey, reader._pages, 640)[0][0].turned()
    group, _ = reader._group(zone, find_lines(zone, reader._pages))
    assert 0.5 < legibility(group) < _READS_WELL


def test_a_picture_with_two_lines_end_to_end_is_answered(reader: MrzReader) -> None:
    assert reader.read(junk(1986), TODAY).verdict is Verdict.RESCAN


@given(st.floats(0.93, 1.07), st.floats(0, 15))
def test_pitch_and_phase_are_locked(pitch: float, start: float) -> None:
    """Characters drawn as bumps at a known pitch, in the quarters of a step in which a profile is kept."""
    quarters = np.arange(44 * 16 + 200)
    centres = 32 + start + (np.arange(44) + 0.5) * 16 * pitch
    printed = np.exp(-((quarters[:, None] - centres) ** 2) / 12).sum(1)
    found = lock(LINE, Profile(printed, left=-400.0, pitch=18.0, count=36))
    assert found.pitch == pytest.approx(18.0 * pitch, rel=0.01)
    assert found.score > 0.75


def test_a_lean_is_found_with_the_pitch() -> None:
    cells = (np.arange(44) + 0.5) * 18.0 - 400
    leaning = cells / (1 - 0.06 / 400 * cells)
    centres = (leaning + 400) / 18.0 * 16 + 32
    printed = np.exp(-((np.arange(1000)[:, None] - centres) ** 2) / 12).sum(1)
    found = lock(LINE, Profile(printed, left=-400.0, pitch=18.0, count=40))
    assert found.line.spread * 400 == pytest.approx(0.06, abs=0.02)


def _read(text: str, y: float, left: float = 100.0, fit: float = 0.95) -> ReadLine:
    line = replace(LINE, curve=np.array([0.0, y]))
    (row,) = rows_of((text,))
    return ReadLine(seen_at(line), len(text), fit, row, left, left + len(text) * 18.0)


def test_two_long_lines_are_a_zone() -> None:
    upper, lower = _read("A" * 44, 50), _read("B" * 44, 100)
    assert best_group([[upper], [lower]]) == (upper, lower)


def test_three_short_lines_are_a_zone() -> None:
    lines = [_read("A" * 30, y) for y in (50, 100, 150)]
    assert best_group([[line] for line in lines]) == tuple(lines)


@pytest.mark.parametrize(
    "other",
    (_read("B" * 44, 60), _read("B" * 44, 200), _read("B" * 44, 100, left=150.0), _read("B" * 36, 100)),
    ids=("too near", "too far", "ragged", "of another length"),
)
def test_lines_that_do_not_belong_together_are_none(other: ReadLine) -> None:
    assert best_group([[_read("A" * 44, 50)], [other]]) == ()


def test_even_ends_win() -> None:
    upper, even, ragged = _read("A" * 44, 50), _read("B" * 44, 100), _read("C" * 44, 100, left=118.0)
    assert best_group([[upper], [ragged, even]]) == (upper, even)


@pytest.mark.parametrize(("columns", "count", "is_part"), ((44, 2, False), (36, 2, True), (30, 3, False)))
def test_lines_that_go_on_are_whole_only_in_the_widest_layout(columns: int, count: int, is_part: bool) -> None:
    lines = [_read("A" * columns, 50.0 + 50 * line) for line in range(count)]
    assert not _may_be_part(lines)
    assert _may_be_part([*lines[:-1], replace(lines[-1], goes_on=0.9)]) is is_part


def test_of_two_reads_the_one_that_says_more_stands() -> None:
    lines, other = ("A",), ("B",)
    doubtful = MrzRead(verdict=Verdict.RESCAN, lines=lines, constrained=other, confidence=0.7)
    by_the_rules = MrzRead(verdict=Verdict.RESCAN, lines=lines, constrained=lines, confidence=0.5)
    referred = MrzRead(verdict=Verdict.REFER, lines=lines, constrained=other, confidence=0.9)
    accepted = MrzRead(verdict=Verdict.ACCEPT, lines=lines, constrained=lines, confidence=0.4)
    worths = [_worth(read) for read in (doubtful, by_the_rules, referred, accepted)]
    assert worths == sorted(worths)


def test_no_lines_are_worth_nothing() -> None:
    assert (quality(()), legibility(()), best_group([])) == (0.0, 0.0, ())


def test_the_zone_is_found_where_it_was_drawn() -> None:
    page = drawn(DocumentType.TD3, 21, dpi=200)
    grey = page.image.mean(2).astype(np.uint8)
    net = PageNet()
    zone = find_zones(grey, net, 640)[0][0]
    lines = find_lines(zone, net)
    corner = zone.to_page @ np.array([lines[0].left, float(lines[0].middle(np.array(lines[0].left))), 1])
    assert len(lines) == 2
    assert abs(zone.turn) < 0.05
    assert corner[1] > 0.7 * grey.shape[0]


def test_a_zone_turned_twice_is_itself() -> None:
    zone = Zone(np.arange(12, dtype=np.uint8).reshape(3, 4), np.array([[1.0, 0.2, 5.0], [-0.2, 1.0, 7.0]]), 10.0, 0.1)
    twice = zone.turned().turned()
    assert (twice.image == zone.image).all()
    assert twice.to_page == pytest.approx(zone.to_page)
    assert twice.turn == pytest.approx(zone.turn)


def test_a_map_has_a_cell_for_every_four_pixels() -> None:
    planes = PageNet().map(np.full((101, 67), 200, np.uint8))
    assert planes.shape == (4, -(-101 // MAP_STEP_PX), -(-67 // MAP_STEP_PX))
    assert (planes[0] < 0.5).all()


# --- what was found in part ---------------------------------------------------------------------------------


def test_a_line_that_fits_another_layout_far_better_says_that_one_is_missing() -> None:
    group = [_read("A" * 36, y, fit=0.82) for y in (50, 100)]
    thirds = [[line, _read("A" * 30, y, fit=0.95)] for line, y in zip(group, (50, 100), strict=True)]
    assert lacks_a_line(thirds, group)
    assert lacks_a_line([], ())
    assert not lacks_a_line([[line] for line in group], group)


@pytest.mark.parametrize("document_type", (DocumentType.TD1, DocumentType.TD3, DocumentType.TD2), ids=lambda t: t.value)
@pytest.mark.parametrize("missing", (0, -1), ids=("first", "last"))
def test_a_line_that_the_locator_missed_is_read_all_the_same(
    reader: MrzReader, document_type: DocumentType, missing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_but_one(zone: Zone, net: PageNet) -> list[FoundLine]:
        lines = find_lines(zone, net)
        return [line for line in lines if line is not lines[missing]]

    monkeypatch.setattr("mrz.reader.find_lines", all_but_one)
    page = drawn(document_type, 21, dpi=250)
    assert reader.read(page.image, TODAY).lines == page.lines


@pytest.mark.parametrize("capitals", (12.0, 20.0, 27.0))
def test_a_piece_of_a_line_has_room_for_the_rest_of_it_on_either_side(capitals: float) -> None:
    assert _room_beside(capitals) + capitals >= 1.03 * 44


def test_a_whole_line_has_no_more_room_than_it_needs() -> None:
    assert _room_beside(31.0) == _room_beside(45.0) < 10
