"""One picture of one traveller: traits and a view go in, a cut-out with alpha comes out."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.make_cast.coat import coat
from tools.make_cast.fields import Floats, f32
from tools.make_cast.form import Form, dressed_head
from tools.make_cast.glasses import glasses_of
from tools.make_cast.hair import hair_of, solid
from tools.make_cast.light import Lamps, lit, occlusion
from tools.make_cast.mesh import Material, head
from tools.make_cast.raster import rasterise
from tools.make_cast.skin import Skin, paint
from tools.make_cast.traits import Traits
from tools.make_cast.view import View, project

Pixels = NDArray[np.uint8]

TWO_SIDED = (Material.LASHES, Material.HAIR_SHEET, Material.FRAME)
SHOULDER = 0.6
"""Linear light above this is rolled off softly."""
BACKDROP = (204, 203, 200)


@dataclass(frozen=True, slots=True)
class Sitter:
    """A traveller with the paint already mixed: it serves every picture of him."""

    traits: Traits
    skin: Skin

    @classmethod
    def of(cls, traits: Traits) -> "Sitter":
        return cls(traits, paint(traits))


def cut_out(sitter: Sitter, view: View, lamps: Lamps | None = None) -> Pixels:
    """Height x width x 4, blue-green-red-alpha."""
    light = _linear(sitter, view, lamps or Lamps())
    small = f32(cv2.resize(light, (view.width, view.height), interpolation=cv2.INTER_AREA))
    alpha = small[..., 3:]
    colour = _developed(f32(small[..., :3] / np.maximum(alpha, 1e-3)))
    return np.asarray(np.rint(np.concatenate([colour[..., ::-1], alpha], axis=2) * 255).astype(np.uint8))


def portrait(sitter: Sitter, view: View) -> Pixels:
    """Height x width x 3 before a plain light backdrop, as a passport photograph."""
    figure = cut_out(sitter, view).astype(np.float32)
    alpha = figure[..., 3:] / 255
    return np.asarray(np.rint(figure[..., :3] * alpha + f32(BACKDROP) * (1 - alpha)).astype(np.uint8))


def _linear(sitter: Sitter, view: View, lamps: Lamps) -> Floats:
    """Linear red, green, blue times alpha, and alpha, at the supersampled size."""
    form, traits, mesh = _form(sitter.traits, dict(view.expression)), sitter.traits, head()
    projected = project(mesh, form, view)
    seen, nearest = rasterise(
        projected.xy,
        projected.depth,
        form.triangles,
        view.size,
        np.isin(form.materials, TWO_SIDED),
        lambda found: solid(mesh, form, traits, found),
    )
    coated = coat(mesh, traits, sitter.skin, form, projected, seen, view)
    width, height = view.size
    picture = np.zeros((width * height, 4), np.float32)
    picture[seen.pixel, :3] = lit(coated, occlusion(nearest, view)[seen.pixel], lamps)
    picture[seen.pixel, 3] = 1
    return picture.reshape(height, width, 4)


def _form(traits: Traits, expression: dict[str, float]) -> Form:
    body = dressed_head(head(), traits, expression)
    whole = body
    for part in (hair_of(head(), body, traits), glasses_of(head(), body, traits.glasses)):
        whole = whole.joined(part) if part is not None else whole
    return whole


def _developed(light: Floats) -> Floats:
    """From linear light to the levels of a picture, 0..1."""
    rolled = np.where(light < SHOULDER, light, SHOULDER + 0.4 * np.tanh((light - SHOULDER) / 0.4))
    return f32(np.clip(rolled, 0, 1) ** (1 / 2.2))
