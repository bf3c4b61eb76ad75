"""Drawn pages say what their truth says, wherever a disturbance has moved it."""

import itertools

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mrz.parse import inspect, parse
from mrz.render.designs import DESIGNS
from mrz.render.disturb import KNOB_NAMES, SPOILERS, Knobs, disturb, printing_of, random_knobs
from mrz.render.glyphs import CAP_MM, CHARACTERS, PITCH_MM, STANDARD, print_text
from mrz.render.lines import SIZES_MM, Borders, page_shape
from mrz.render.pages import LIGHTS, RenderedPage, draw_page
from tests.mrz.zones import IDFRA, MRVA, MRVB, TD1, TD2, TD3, TODAY

ZONES = {"TD1": TD1, "TD2": TD2, "TD3": TD3, "MRVA": MRVA, "MRVB": MRVB, "IDFRA": IDFRA}
CELL_PX = (40, 30)
"""Rows, columns of a character cell that the tests look at."""


def page_of(
    lines: tuple[str, ...] = TD3, design: str = "harbour", dpi: float = 200.0, lights: tuple[str, ...] = ("visible",)
) -> RenderedPage:
    return draw_page(parse(lines, TODAY), lines, None, design, lights, dpi)


def ink_of(image: NDArray[np.uint8], borders: Borders) -> list[NDArray[np.float32]]:
    """Each character of a line upright, 0 bare to 1 inked."""
    rows, width = CELL_PX
    target = np.array([[0, 0], [width, 0], [width, rows], [0, rows]], np.float32)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    cells = []
    for left, right in itertools.pairwise(borders):
        corners = np.array([left[0], right[0], right[1], left[1]], np.float32)
        cell = cv2.warpPerspective(grey, cv2.getPerspectiveTransform(corners, target), (width, rows))
        cells.append(cell.astype(np.float32))
    low, high = np.percentile(np.stack(cells), (2, 90))
    return [np.clip((high - cell) / max(1.0, high - low), 0.0, 1.0) for cell in cells]


def templates() -> dict[str, NDArray[np.float32]]:
    px_per_mm = CELL_PX[1] / PITCH_MM
    found = {}
    for character in CHARACTERS[:37]:
        ink = np.zeros((60, CELL_PX[1]), np.float32)
        print_text(ink, character, 0.0, 45 / px_per_mm, px_per_mm, STANDARD)
        top = 45 - round(CAP_MM * px_per_mm)
        found[character] = cv2.resize(ink[top:45], CELL_PX[::-1], interpolation=cv2.INTER_AREA)
    return found


def recognised(page: RenderedPage, light: str = "visible") -> tuple[str, ...]:
    """The page's lines by nearest glyph: a reader that is good enough for a clean page."""
    glyphs = templates()
    lines = []
    for borders in page.borders:
        cells = ink_of(page.images[light], borders)
        lines.append("".join(min(glyphs, key=lambda c: float(((glyphs[c] - cell) ** 2).sum())) for cell in cells))
    return tuple(lines)


@pytest.mark.parametrize("kind", ZONES)
@pytest.mark.parametrize("light", ["visible", "infrared"])
def test_the_printed_lines_can_be_read_where_the_truth_says(kind: str, light: str) -> None:
    page = page_of(ZONES[kind], lights=(light,), dpi=300.0)
    assert recognised(page, light) == ZONES[kind]


@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_leaves_the_lines_readable(design: str) -> None:
    assert recognised(page_of(TD3, design, 300.0)) == TD3


@pytest.mark.parametrize(
    "knobs",
    [
        Knobs(rotation=0.5),
        Knobs(perspective=0.5),
        Knobs(clutter=0.6),
        Knobs(curvature=0.7),
        Knobs(rotation=0.2, perspective=0.3, curvature=0.3, clutter=0.4, quarter_turns=1),
        Knobs(quarter_turns=2),
        Knobs(quarter_turns=3, rotation=0.1),
    ],
    ids=["rotated", "tilted", "cluttered", "curved", "sideways", "upside down", "other side"],
)
def test_truth_follows_every_turn_and_tilt(knobs: Knobs) -> None:
    assert recognised(disturb(page_of(dpi=300.0), knobs, seed=5)) == TD3


def test_the_corners_of_the_zone_are_its_lines_outer_corners() -> None:
    page = disturb(page_of(), Knobs(rotation=0.3, curvature=0.4), seed=2)
    first, second = page.line_quads
    assert page.mrz_quad == (first[0], first[1], second[2], second[3])
    assert page.mrz_quad[0] == tuple(page.borders[0][0, 0])


def test_the_portrait_is_where_the_truth_says() -> None:
    portrait = np.full((90, 70, 3), (20, 200, 20), np.uint8)
    clean = draw_page(parse(TD3, TODAY), TD3, portrait, "glacier", ("visible",), 150.0)
    page = disturb(clean, Knobs(rotation=0.3, perspective=0.4, clutter=0.3), seed=8)
    mask = np.zeros(page.images["visible"].shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.array(page.portrait_quad).round().astype(np.int32)], 255)
    inner = cv2.erode(mask, np.ones((9, 9), np.uint8)) > 0
    blue, green, red = (page.images["visible"][..., channel][inner].astype(int) for channel in range(3))
    assert np.mean((green > blue + 60) & (green > red + 60)) > 0.99
    x, y, width, height = page.portrait_box
    assert not mask[: y - 1].any()
    assert not mask[:, x + width + 1 :].any()
    assert height > width


def test_only_the_lights_that_are_asked_for_are_drawn() -> None:
    assert tuple(page_of(lights=("infrared",)).images) == ("infrared",)
    assert tuple(page_of(lights=LIGHTS).images) == LIGHTS


def test_infrared_hides_the_background_and_keeps_the_zone() -> None:
    page = page_of(lights=LIGHTS, design="orchard")
    paper = {light: page.images[light][: int(page.mrz_quad[0][1]) - 4, -60:] for light in LIGHTS}
    assert paper["infrared"].std() < 0.5 * paper["visible"].std()
    assert paper["ultraviolet"].mean() < 0.5 * paper["visible"].mean()
    assert page.images["infrared"].min() < 60


def test_pale_infrared_ink() -> None:
    knobs = Knobs(infrared_contrast=1.0)
    printing = printing_of(knobs, np.random.default_rng(1))
    page = draw_page(parse(TD3, TODAY), TD3, None, "harbour", ("visible", "infrared"), 150.0, printing)
    zone = slice(int(page.mrz_quad[0][1]), int(page.mrz_quad[2][1]))
    assert page.images["visible"][zone].min() < 60
    assert page.images["infrared"][zone].min() > 120


@pytest.mark.parametrize("kind", ZONES)
def test_pages_have_the_document_s_size(kind: str) -> None:
    page = page_of(ZONES[kind], dpi=254.0)
    width_mm, height_mm = SIZES_MM[page.document_type]
    assert page.images["visible"].shape == (round(height_mm * 10), round(width_mm * 10), 3)


def test_a_passport_at_300_dpi() -> None:
    assert page_shape(page_of().document_type, 300.0) == (1039, 1476)


@pytest.mark.parametrize("name", [*KNOB_NAMES])
def test_the_same_seed_draws_the_same_pixels(name: str) -> None:
    knobs = Knobs(**{name: 0.6})
    first, second = (_drawn(knobs, seed=11) for _ in range(2))
    assert np.array_equal(first.images["visible"], second.images["visible"])
    assert first.mrz_quad == second.mrz_quad


@pytest.mark.parametrize("name", [name for name in KNOB_NAMES if name != "infrared_contrast"])
def test_every_knob_changes_the_picture(name: str) -> None:
    plain, turned = _drawn(Knobs(), seed=11), _drawn(Knobs(**{name: 0.6}), seed=11)
    same_shape = plain.images["visible"].shape == turned.images["visible"].shape
    assert not (same_shape and np.array_equal(plain.images["visible"], turned.images["visible"]))


@pytest.mark.parametrize("name", sorted(SPOILERS))
def test_a_knob_turned_up_spoils_more(name: str) -> None:
    clean = _drawn(Knobs(), seed=3).images["visible"].astype(float)
    little, much = (_drawn(Knobs(**{name: amount}), seed=3).images["visible"] for amount in (0.15, 0.9))
    assert np.abs(little - clean).mean() < np.abs(much - clean).mean()


def _drawn(knobs: Knobs, seed: int) -> RenderedPage:
    rng = np.random.default_rng(seed)
    printing = printing_of(knobs, rng)
    page = draw_page(parse(TD3, TODAY), TD3, None, "dusk", ("visible",), 100.0, printing, rng)
    return disturb(page, knobs, seed)


def test_all_lights_bend_alike() -> None:
    page = disturb(page_of(lights=LIGHTS), Knobs(rotation=0.4, curvature=0.5), seed=1)
    assert len({image.shape for image in page.images.values()}) == 1


def test_random_knobs_stay_within_their_strength() -> None:
    rng = np.random.default_rng(0)
    drawn = [getattr(random_knobs(0.4, rng), name) for _ in range(50) for name in KNOB_NAMES]
    assert 0.0 < max(drawn) <= 0.4
    assert min(drawn) == 0.0


@pytest.mark.parametrize("knobs", [{"blur": 1.1}, {"glare": -0.1}, {"quarter_turns": 4}, {"noise": float("nan")}])
def test_knobs_beyond_their_range_are_refused(knobs: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(knobs))):
        Knobs(**knobs)


def test_lines_without_a_layout_are_refused() -> None:
    with pytest.raises(ValueError, match="lines"):
        draw_page(parse(TD3, TODAY), ("P<", "L8"))


def test_wrong_lines_are_printed_as_they_are() -> None:
    wrong = (TD3[0], TD3[1][:9] + "0" + TD3[1][10:])
    page = draw_page(parse(TD3, TODAY), wrong, None, "harbour", ("visible",), 300.0)
    assert recognised(page) == wrong
    assert inspect(recognised(page), TODAY).faults != ()


def test_a_kept_background_is_not_drawn_upon() -> None:
    first = page_of(dpi=120.0).images["visible"].copy()
    page_of(MRVA, dpi=120.0)
    disturb(page_of(dpi=120.0), Knobs(glare=1.0), seed=1)
    assert np.array_equal(first, page_of(dpi=120.0).images["visible"])


def test_nothing_personal_reaches_a_page_s_repr() -> None:
    assert "ERIKSSON" not in repr(page_of())
