"""Hair: layers of shell over the scalp, thinned to strands by noise, and a sheet that hangs down behind."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from tools.make_cast.fields import Bools, Floats, f32, noise, step, unit, wrap
from tools.make_cast.form import Form, plain, quads_of_grid
from tools.make_cast.mesh import EARS, Head, Material, normals
from tools.make_cast.raster import Fragments
from tools.make_cast.traits import Traits

CELLS = 1024
CROWN = (0.0, 7.6, 0.45)
SHEET_COLUMNS, SHEET_ROWS = 90, 46
SHEET_FROM_RAD = np.deg2rad(62)
SHEET_AXIS_Z = 0.42


@dataclass(frozen=True, slots=True)
class Style:
    thickness: float
    layers: int
    hangs: bool = False
    fringe: float = 0.0
    even: bool = False
    """As thick at the sides as on top."""
    curly: bool = False


STYLES = {
    "bald": None,
    "buzz": Style(0.03, 4, even=True, curly=True),
    "short": Style(0.085, 6),
    "mid": Style(0.14, 7),
    "curls": Style(0.24, 9, even=True, curly=True),
    "afro": Style(0.40, 10, even=True, curly=True),
    "fringe": Style(0.12, 7, fringe=0.22),
    "bun": Style(0.07, 5),
    "long": Style(0.16, 7, hangs=True, even=True),
    "long-fringe": Style(0.14, 7, hangs=True, even=True, fringe=0.24),
}


@dataclass(frozen=True, slots=True)
class Strands:
    along: Floats
    """CELLS x CELLS noise drawn out into strands along the rows."""
    cloudy: Floats


@lru_cache(maxsize=2)
def strands(seed: int) -> Strands:
    rng = np.random.default_rng(seed + 12345)
    drawn = cv2.GaussianBlur(noise((CELLS, CELLS), 4, rng, 1), (0, 0), sigmaX=0.7, sigmaY=14)
    return Strands(f32(drawn / drawn.std()), noise((CELLS, CELLS), 9, rng, 2))


def above_hairline(traits: Traits, rest: Floats) -> Floats:
    """How far points of the head at rest lie above the line from forehead over temple and ear to the nape."""
    style = STYLES[traits.style]
    front = 8.02 + traits.hairline - (style.fringe if style else 0.0)
    depth = [-0.4, 0, 0.28, 0.48, 0.60, 0.78, 1.0, 1.25, 1.45]
    line = np.interp(rest[:, 2], depth, [6.75, 6.80, 7.0, 7.12, 7.22, 7.62, front - 0.12, front - 0.02, front])
    temple = np.exp(-(((np.abs(rest[:, 0]) - 0.38) / 0.16) ** 2)) * step(0.6, 0.9, rest[:, 2])
    return f32(rest[:, 1] - line - traits.recede * temple)


def scalp_share(traits: Traits, rest: Floats) -> Floats:
    return step(-0.05, 0.07, above_hairline(traits, rest))


def hair_of(head: Head, body: Form, traits: Traits) -> Form | None:
    """The hair of one traveller over the body, or None for a bald one."""
    style = STYLES[traits.style]
    if style is None:
        return None
    shells = _shells(head, body, traits, style)
    return shells.joined(_sheet(head, body, traits)) if style.hangs else shells


def _shells(head: Head, body: Form, traits: Traits, style: Style) -> Form:
    grows = scalp_share(traits, body.rest) * head.skin * (body.masks[:, EARS] < 0.2)
    chosen = (grows[body.triangles].max(1) > 0.03) & (body.materials == Material.SKIN)
    corners, index = np.unique(body.triangles[chosen], return_inverse=True)
    triangles = index.reshape(-1, 3)
    height = grows * (0.2 + 0.8 * step(-0.05, 0.30, above_hairline(traits, body.rest)))
    if not style.even:
        height = height * (0.35 + 0.65 * step(7.3, 8.1, body.rest[:, 1]))
    lean = unit(body.normals[corners] + f32((0, 0 if traits.style == "buzz" else 0.35, 0)))
    layers = [
        plain(
            body.points[corners] + lean * (style.thickness * k / style.layers * height[corners])[:, None],
            body.rest[corners],
            body.normals[corners],
            triangles,
            Material.HAIR_SHELL,
            k / style.layers,
        )
        for k in range(1, style.layers + 1)
    ]
    whole = layers[0]
    for layer in layers[1:]:
        whole = whole.joined(layer)
    return whole


def _sheet(head: Head, body: Form, traits: Traits) -> Form:
    """Long hair: a curtain around the back of the head, open at the face; `rest` holds turn, height and fall."""
    skull = head.skin & (body.rest[:, 1] > 7.2) & (body.masks[:, EARS] < 0.2)
    half_width = np.abs(body.points[skull & (body.rest[:, 1] < 7.9), 0]).max()
    crown, back = body.points[skull, 1].max(), body.points[skull, 2].min()
    eyes = head.eyeball(body.points, Material.LEFT_EYE)[1]
    azimuth = np.linspace(SHEET_FROM_RAD, 2 * np.pi - SHEET_FROM_RAD, SHEET_COLUMNS)
    turn, fall = np.meshgrid(azimuth, np.linspace(0, 1, SHEET_ROWS))
    y = crown + 0.06 - (crown - eyes + traits.hair_length) * fall
    below = np.clip((crown + 0.10 - y) / (crown - eyes + 0.15), 0, 1)
    dome = np.sqrt(np.clip(1 - (1 - below) ** 2, 0, 1))
    wave = 1 + 0.03 * np.sin(9 * turn + 6 * fall + traits.seed) + 0.02 * np.sin(23 * turn - 9 * fall)
    x = np.sin(turn) * (half_width + 0.13) * dome * wave * (1 + 0.16 * step(0.35, 1, f32(fall)))
    z = SHEET_AXIS_Z + np.cos(turn) * (SHEET_AXIS_Z - back + 0.14) * dome * wave
    points = f32(np.stack([x, y, z], axis=2).reshape(-1, 3))
    triangles = quads_of_grid(SHEET_ROWS, SHEET_COLUMNS)
    facing = normals(points, triangles)
    outward = (facing * (points - f32((0, 0, SHEET_AXIS_Z))) * f32((1, 0, 1))).sum(1, keepdims=True)
    rest = np.stack([turn.ravel() / (2 * np.pi) * 6, y.ravel(), fall.ravel()], axis=1)
    return plain(points, f32(rest), facing * np.sign(outward + 1e-9), triangles, Material.HAIR_SHEET, 0.9)


def polar(rest: Floats) -> tuple[Floats, Floats]:
    """Azimuth (0..1) and angle from the crown (0..1): the ways across and along a strand."""
    from_crown = rest - f32(CROWN)
    across = np.arctan2(from_crown[:, 0], from_crown[:, 2] + 1e-6) / np.pi * 0.5 + 0.5
    along = np.arctan2(np.hypot(from_crown[:, 0], from_crown[:, 2]), from_crown[:, 1]) / np.pi
    return f32(across), f32(along)


def shell_is_hair(traits: Traits, rest: Floats, layer: Floats) -> Bools:
    """Where a layer of shell holds a strand: ever fewer towards the outside and the hairline."""
    threads, (across, along) = strands(traits.seed), polar(rest)
    style = STYLES[traits.style]
    if style is not None and style.curly:
        density = threads.cloudy[wrap(along * 1800, CELLS), wrap(across * 2400, CELLS)]
    else:
        density = 0.8 * threads.along[wrap(along * 1500, CELLS), wrap(across * 2600, CELLS)]
        density = density + 0.35 * threads.cloudy[wrap(along * 900, CELLS), wrap(across * 900, CELLS)]
    rooted = scalp_share(traits, rest) + 0.22 * density * (1 - 0.3 * layer) >= 0.35
    return np.asarray((density >= -2.2 + 2.6 * layer**1.5) & rooted, dtype=np.bool_)


def sheet_is_hair(traits: Traits, rest: Floats) -> Bools:
    """The curtain frays at its sides and its lower end."""
    fray = strands(traits.seed).along[200, wrap(rest[:, 0] * 330, CELLS)]
    edge = np.minimum(rest[:, 0] - 1.03, 4.97 - rest[:, 0])
    return np.asarray((edge >= 0.05 + 0.045 * fray) & (rest[:, 2] <= 0.96 + 0.025 * fray), dtype=np.bool_)


def lash_is_hair(traits: Traits, rest: Floats, eye_y: float) -> Bools:
    """A share of the lash strip's points, more on the upper lid and under mascara."""
    scatter = np.abs(np.sin(rest[:, 0] * 91713.0 + rest[:, 1] * 47231.0) * 43758.5) % 1
    upper = rest[:, 1] > eye_y
    share = np.where(upper, 0.30 + 0.40 * traits.liner, 0.10 + 0.15 * traits.liner)
    return np.asarray(scatter <= share, dtype=np.bool_)


def solid(head: Head, form: Form, traits: Traits, seen: Fragments) -> Bools:
    """Which fragments are there: hair and lashes are full of holes, all else is whole."""
    material = form.materials[seen.triangle]
    there = np.ones(len(material), dtype=bool)
    for which in (Material.HAIR_SHELL, Material.HAIR_SHEET, Material.LASHES):
        mine = material == which
        if not mine.any():
            continue
        part = seen.kept(mine)
        rest = part.blend(form.rest, form.triangles)
        if which is Material.HAIR_SHELL:
            there[mine] = shell_is_hair(traits, rest, form.layer[part.triangle])
        elif which is Material.HAIR_SHEET:
            there[mine] = sheet_is_hair(traits, rest)
        else:
            there[mine] = lash_is_hair(traits, rest, float(head.eyes[0][1]))
    return there
