"""The painter's tools: each against what can be worked out by hand, and a small picture for being the same twice."""

from dataclasses import replace

import numpy as np
import pytest

from simulators.cast_faces import CastMember
from tools.make_cast.fields import f32
from tools.make_cast.mesh import Material, Refinement, head, normals
from tools.make_cast.morphs import MORPHS, SHAPES
from tools.make_cast.raster import NOWHERE, Fragments, rasterise
from tools.make_cast.render import Sitter, cut_out
from tools.make_cast.traits import draw
from tools.make_cast.vetting import Measured, Unfit, pairs, require_fit
from tools.make_cast.view import View

ENTRY = {
    "seed": 5, "sex": "F", "age": 70, "ancestry": [0.3, 0.3, 0.4], "tone": 3.5, "hair": "grey", "iris": "hazel",
    "style": "long-fringe", "shirt": "teal", "glasses": "round", "freckles": 0.5,
}  # fmt: skip
CUBE = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])


def test_refining_a_cube_gives_its_textbook_counts_and_corner() -> None:
    corners = f32([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    refinement = Refinement.of(CUBE, 8)
    points = refinement.smoothed(corners)
    assert len(points) == 8 + 12 + 6
    assert len(refinement.refined_quads()) == 24
    assert points[0] == pytest.approx([2 / 9] * 3)  # (mean of faces + 2 mean of edges + 0) / 3
    assert points.mean(0) == pytest.approx([0.5] * 3)


def test_borders_stay_where_they_are() -> None:
    sheet = f32([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    assert np.array_equal(Refinement.of(np.array([[0, 1, 2, 3]]), 4).smoothed(sheet)[:4], sheet)


def test_every_morph_and_shape_is_in_the_head() -> None:
    keys = head().keys
    assert {f"{morph.base}-{end}" for morph in MORPHS for end in (morph.low, morph.high)} <= set(keys)
    assert set(SHAPES) <= set(keys)


def test_an_unknown_shape_key_is_refused() -> None:
    with pytest.raises(KeyError, match="nose-of-wax"):
        head().shaped({"nose-of-wax": 1.0})


def test_the_forehead_looks_forwards() -> None:
    facing = normals(head().rest, head().triangles)
    forehead = head().skin & (head().rest[:, 2] > 1.2) & (head().rest[:, 1] > 7.7)
    assert forehead.sum() > 100
    assert (facing[forehead, 2] > 0).all()


def brute(xy: np.ndarray, depth: np.ndarray, triangles: np.ndarray, side: int) -> np.ndarray:
    """Which triangle is nearest at every pixel centre, -1 for none."""
    seen, nearest = np.full((side, side), -1), np.full((side, side), -np.inf)
    for index, triangle in enumerate(triangles):
        base = np.vstack([xy[triangle].T, np.ones(3)])
        for row in range(side):
            for column in range(side):
                share = np.linalg.solve(base, [column + 0.5, row + 0.5, 1])
                z = share @ depth[triangle]
                if share.min() >= 0 and z > nearest[row, column]:
                    seen[row, column], nearest[row, column] = index, z
    return seen


@pytest.mark.parametrize("seed", range(4))
def test_the_rasteriser_sees_what_plain_geometry_sees(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xy, depth = f32(rng.uniform(-4, 24, (18, 2))), f32(rng.uniform(-5, 0, 18))
    triangles = np.arange(18).reshape(6, 3)
    seen, nearest = rasterise(xy, depth, triangles, (20, 20), np.ones(6, bool), lambda found: found.first > -1)
    shown = np.full(400, -1)
    shown[seen.pixel] = seen.triangle
    assert (shown.reshape(20, 20) == brute(xy, depth, triangles, 20)).mean() > 0.99
    assert ((nearest == NOWHERE) == (shown == -1)).all()


def test_the_back_of_a_triangle_is_not_seen_and_holes_show_what_lies_behind() -> None:
    xy, depth = f32([[0, 0], [0, 9], [9, 0]] * 2), f32([-1] * 3 + [-2] * 3)
    triangles = np.array([[0, 1, 2], [3, 4, 5]])

    def second_only(found: Fragments) -> np.ndarray:
        return np.asarray(found.triangle == 1)

    seen, _ = rasterise(xy, depth, triangles, (9, 9), np.zeros(2, bool), second_only)
    assert set(seen.triangle) == {1}
    turned, nearest = rasterise(xy, depth, triangles[:, ::-1], (9, 9), np.zeros(2, bool), second_only)
    assert len(turned.pixel) == 0
    assert (nearest == NOWHERE).all()


def test_the_same_entry_gives_the_same_traveller() -> None:
    first, second = draw(ENTRY), draw(ENTRY)
    assert first.shape == second.shape
    assert np.array_equal(first.skin, second.skin)
    assert draw({**ENTRY, "seed": 6}).shape != first.shape


def test_what_the_list_fixes_is_kept() -> None:
    traits = draw({**ENTRY, "moles": 3, "brow": {"arch": 0.4}})
    assert (traits.moles, traits.brow.arch, traits.glasses, traits.freckles) == (3, 0.4, "round", 0.5)


def test_an_entry_without_a_needed_trait_is_refused() -> None:
    with pytest.raises(KeyError, match="tone"):
        draw({key: value for key, value in ENTRY.items() if key != "tone"})


@pytest.mark.slow
def test_the_same_sitter_gives_the_same_bytes() -> None:
    view = View(120, 110, eyes_px=20, supersampling=1.0)
    pictures = [cut_out(Sitter.of(draw(ENTRY)), view) for _ in range(2)]
    assert np.array_equal(*pictures)
    assert 0.2 < (pictures[0][:, :, 3] > 128).mean() < 0.9


@pytest.mark.slow
def test_the_eyes_lie_where_the_view_puts_them() -> None:
    """The whites of the eyes are seen on both sides of the point that the view names."""
    mesh, view = head(), View(200, 200, eyes_px=40, eyes_at=(0.5, 0.4), supersampling=1.0)
    sitter = Sitter.of(draw({**ENTRY, "glasses": "none", "iris": "blue"}))
    bare = cut_out(sitter, view)
    shut = cut_out(sitter, replace(view, expression={"eye-left-closure": 1.0, "eye-right-closure": 1.0}))
    rows, columns = np.nonzero(np.abs(bare[..., :3].astype(int) - shut[..., :3]).max(2) > 40)
    assert rows.mean() == pytest.approx(80, abs=8)
    assert columns.mean() == pytest.approx(100, abs=5)
    assert mesh.eyeball(mesh.rest, Material.LEFT_EYE)[1] == pytest.approx(float(mesh.eyes[0][1]), abs=0.05)


def measured(name: str, vector: list[float], sex: str = "F", age: int = 30) -> Measured:
    member = CastMember(name, "F" if sex == "F" else "M", age, "XXX", 1700, "test")
    return Measured(member, f32(vector), f32([vector]), 0.9, ())


def test_a_pair_is_apart_and_of_the_same_sex_and_age_where_it_can_be() -> None:
    cast = [
        measured("Holder", [1, 0, 0]),
        measured("Twin", [0.9, 0.43, 0]),
        measured("Elder", [0, 1, 0], age=70),
        measured("Peer", [0, 0, 1], age=33),
        measured("Brother", [0, 0, -1], sex="M"),
    ]
    assert pairs(cast)["Holder"] == "Peer"
    with pytest.raises(Unfit, match=r"Holder: resembles everybody .*choose another seed"):
        pairs(cast[:2])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"confidence": 0.7}, "confidence 0.70"),
        ({"lives": f32([[0, 1, 0]])}, "scores 0.00"),
        ({"complaints": ("sharpness",)}, "fails sharpness"),
    ],
)
def test_an_unfit_member_is_named_with_what_to_change(change: dict[str, object], said: str) -> None:
    fit = measured("Someone", [1, 0, 0])
    require_fit(fit)
    with pytest.raises(Unfit, match=f"Someone: .*{said}.*; choose another seed"):
        require_fit(replace(fit, **change))
