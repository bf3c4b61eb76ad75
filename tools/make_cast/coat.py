"""Colour, shine and relief of every seen fragment, by what it belongs to."""

from dataclasses import dataclass

import numpy as np

from tools.make_cast import chart
from tools.make_cast.fields import Bools, Floats, f32, lookup, mix, step, unit, wrap
from tools.make_cast.form import Form, shirt_share
from tools.make_cast.glasses import FRAME_COLOURS
from tools.make_cast.hair import CELLS, STYLES, polar, scalp_share, strands
from tools.make_cast.mesh import EARS, LIDS, LIPS, MOUTH, Head, Material
from tools.make_cast.raster import Fragments
from tools.make_cast.skin import Skin
from tools.make_cast.traits import Traits
from tools.make_cast.view import Projected, View

SCLERA = (0.45, 0.42, 0.395)
LASH = (0.012, 0.010, 0.009)
TOOTH = (0.55, 0.50, 0.42)


@dataclass(slots=True)
class Coat:
    """One row a fragment; filled in material by material."""

    material: np.ndarray
    rest: Floats
    masks: Floats
    layer: Floats
    normal: Floats
    colour: Floats
    shine: Floats
    gloss: Floats
    """Exponent of the highlight."""
    shade: Floats
    """Extra occlusion, 1 = none."""

    @property
    def skin(self) -> Bools:
        return np.asarray(self.material == Material.SKIN)


def coat(head: Head, traits: Traits, skin: Skin, form: Form, projected: Projected, seen: Fragments, view: View) -> Coat:
    """All coats laid on."""
    done = _bare(form, projected, seen)
    _skin(done, skin, view.turn, traits)
    _lips_lids_ears(done, traits)
    _scalp(done, traits)
    _shirt(done, traits)
    for eye, centre in zip((Material.LEFT_EYE, Material.RIGHT_EYE), head.eyes, strict=True):
        _eye(done, traits, eye, centre, view)
    _plain(done, Material.LASHES, LASH, shine=0.0, gloss=14)
    _plain(done, Material.TEETH, TOOTH, shine=0.1, gloss=14)
    _plain(done, Material.FRAME, FRAME_COLOURS.get(traits.glasses, LASH), shine=0.5, gloss=40)
    _hair(done, traits)
    return done


def _bare(form: Form, projected: Projected, seen: Fragments) -> Coat:
    material = form.materials[seen.triangle]
    normal = unit(seen.blend(projected.normals, form.triangles))
    thin = np.isin(material, (Material.LASHES, Material.HAIR_SHELL, Material.HAIR_SHEET))
    normal = np.where(((normal[:, 2] < 0) & thin)[:, None], -normal, normal)
    count = len(material)
    return Coat(
        material=material,
        rest=seen.blend(form.rest, form.triangles),
        masks=seen.blend(form.masks, form.triangles),
        layer=form.layer[seen.triangle],
        normal=f32(normal),
        colour=np.zeros((count, 3), np.float32),
        shine=np.full(count, 0.09, np.float32),
        gloss=np.full(count, 14, np.float32),
        shade=np.ones(count, np.float32),
    )


def _skin(done: Coat, skin: Skin, turn: Floats, traits: Traits) -> None:
    column, row = chart.to_pixels(done.rest)
    column, row = np.clip(column, 0, chart.WIDTH - 2), np.clip(row, 0, chart.HEIGHT - 2)
    done.colour[done.skin] = lookup(skin.albedo, column, row)[done.skin]
    slope = lookup(skin.slope, column, row)
    relief = np.stack([slope[:, 0], -slope[:, 1], np.zeros(len(slope), np.float32)], axis=1) @ turn.T
    front = step(1.9, 1.3, np.abs(chart.azimuth(done.rest))) * done.skin * traits.bumps
    done.normal = unit(done.normal - relief * front[:, None])


def _lips_lids_ears(done: Coat, traits: Traits) -> None:
    column, row = chart.to_pixels(done.rest)
    lip = np.clip(done.masks[:, LIPS] * 1.15, 0, 1) * done.skin
    creases = strands(traits.seed).along[wrap(row, CELLS), wrap(column * 3, CELLS)]
    done.colour = mix(done.colour, traits.lips * (1 + 0.08 * creases[:, None]), f32(lip))
    done.shine += 0.18 * lip
    done.gloss += 18 * lip
    lid = (done.masks[:, LIDS] * done.skin)[:, None]
    done.colour *= 1 - lid * f32((0.10, 0.20, 0.18)) * (1 + traits.liner)
    done.colour *= 1 - 0.85 * (done.masks[:, MOUTH] * done.skin)[:, None]
    done.colour *= 1 + (done.masks[:, EARS] * done.skin)[:, None] * f32((0.04, -0.10, -0.09))


def _scalp(done: Coat, traits: Traits) -> None:
    """The skin beneath the hair is dark with it."""
    if STYLES[traits.style] is None:
        return
    under = 0.8 * scalp_share(traits, done.rest) * done.skin * (done.masks[:, EARS] < 0.3)
    done.colour = mix(done.colour, f32(np.broadcast_to(traits.hair * 0.5, done.colour.shape)), f32(under))


def _shirt(done: Coat, traits: Traits) -> None:
    worn = shirt_share(done.rest, 0.012) * done.skin
    threads = strands(traits.seed).cloudy
    weave = threads[wrap(done.rest[:, 1] * 700, CELLS), wrap(done.rest[:, 0] * 700, CELLS)]
    done.colour = mix(done.colour, traits.shirt * (1 + 0.05 * weave[:, None]), f32(worn))
    done.shine *= 1 - 0.9 * worn


def _eye(done: Coat, traits: Traits, eye: Material, centre: Floats, view: View) -> None:
    """White, iris with its fibres and dark rim, pupil; the upper lid's shadow."""
    mine = np.flatnonzero(done.material == eye)
    if not len(mine):
        return
    out = unit(done.rest[mine] - centre)
    gaze = unit(f32((*np.sin(np.deg2rad(view.gaze_deg)), 1.0)))
    angle = np.arccos(np.clip(out @ gaze, -1, 1))
    ring = f32(angle / traits.iris_radius)
    around = np.arctan2(out[:, 1] - gaze[1], out[:, 0] - gaze[0])
    fibres = strands(traits.seed).along[500, wrap((around / np.pi + 1) * 400, CELLS)]
    light = 1.1 + 0.18 * fibres + 0.5 * np.exp(-(((ring - 0.5) / 0.18) ** 2))
    iris = traits.iris * (light * (1 - 0.75 * step(0.80, 1.0, ring)) * step(0.30, 0.38, ring))[:, None]
    white = f32(SCLERA) * (1 - 0.25 * step(0.6, 1.3, f32(angle)))[:, None]
    done.colour[mine] = mix(f32(white), f32(iris), step(1.06, 0.94, ring))
    done.shine[mine], done.gloss[mine] = 0.9, 220
    done.normal[mine] = out @ view.turn.T
    done.shade[mine] = 1 - 0.45 * step(-0.02, 0.10, done.rest[mine, 1] - centre[1])


def _plain(done: Coat, material: Material, colour: tuple[float, float, float], shine: float, gloss: float) -> None:
    mine = done.material == material
    done.colour[mine], done.shine[mine], done.gloss[mine] = f32(colour), shine, gloss


def _hair(done: Coat, traits: Traits) -> None:
    mine = np.flatnonzero((done.material == Material.HAIR_SHELL) | (done.material == Material.HAIR_SHEET))
    if not len(mine):
        return
    rest, along_strand = done.rest[mine], strands(traits.seed).along
    across, along = polar(rest)
    tone = along_strand[wrap(along * 1500, CELLS), wrap(across * 2600, CELLS)]
    falling = along_strand[wrap(rest[:, 1] * 120, CELLS), wrap(rest[:, 0] * 330, CELLS)]
    tone = f32(np.where(done.material[mine] == Material.HAIR_SHEET, falling, tone))
    done.colour[mine] = traits.hair * np.clip(0.45 + 0.55 * done.layer[mine] + 0.18 * tone, 0.1, 3)[:, None]
    done.shine[mine], done.gloss[mine] = 0.09 + 0.09 * np.clip(tone, 0, 2), 9
    done.normal[mine] = unit(done.normal[mine] + 0.25 * tone[:, None] * f32((1, 0, 1)))
