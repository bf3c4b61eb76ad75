"""Spectacles: two rims, a bridge and two temples, bent from round wire to fit the wearer."""

from dataclasses import dataclass

import numpy as np

from tools.make_cast.fields import Floats, f32, unit
from tools.make_cast.form import Form, plain, quads_of_grid
from tools.make_cast.mesh import EARS, Head, Material, normals

SIDES = 8
CORNERS = 48


@dataclass(frozen=True, slots=True)
class Rim:
    half_width: float
    half_height: float
    squareness: float
    """Exponent of the superellipse: 2 is round."""
    wire: float


RIMS = {
    "round": Rim(0.215, 0.20, 2.0, 0.012),
    "oval": Rim(0.225, 0.155, 2.3, 0.012),
    "square": Rim(0.235, 0.165, 4.0, 0.022),
    "thick": Rim(0.235, 0.18, 3.2, 0.030),
}
FRAME_COLOURS = {"round": (0.20, 0.15, 0.06), "oval": (0.10, 0.10, 0.11), "square": (0.012, 0.012, 0.014),
                 "thick": (0.06, 0.022, 0.010)}  # fmt: skip


def glasses_of(head: Head, body: Form, kind: str) -> Form | None:
    """The frame for this head, or None for `none`."""
    if kind == "none":
        return None
    rim = RIMS[kind]
    eyes = sorted((head.eyeball(body.points, eye) for eye in (Material.LEFT_EYE, Material.RIGHT_EYE)), key=_x)
    plane = _plane(head, body, float(eyes[0][1]))
    lenses = [_outline(rim, eye, plane) for eye in eyes]
    frame = _tube(_bridge(rim, eyes, plane), rim.wire)
    for lens in lenses:
        frame = frame.joined(_tube(lens, rim.wire))
    for eye, side in zip(eyes, (-1, 1), strict=True):
        frame = frame.joined(_tube(_temple(head, body, rim, eye, plane, side), rim.wire))
    return frame


def _x(point: Floats) -> float:
    return float(point[0])


def _plane(head: Head, body: Form, eye_y: float) -> float:
    """How far in front the lenses stand: free of the cheeks and brows."""
    x, y, z = np.abs(body.points[:, 0]), body.points[:, 1] - eye_y, body.points[:, 2]
    around = head.skin & (x > 0.16) & (x < 0.48) & (np.abs(y) < 0.2)
    return float(z[around].max()) + 0.035


def _outline(rim: Rim, eye: Floats, plane: float) -> Floats:
    turn = np.linspace(0, 2 * np.pi, CORNERS)
    power = 2 / rim.squareness
    x = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** power * rim.half_width
    y = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** power * rim.half_height
    wrapped = plane - 0.25 * np.abs(eye[0] * 1.05 + x) ** 2
    return f32(np.stack([eye[0] * 1.05 + x, eye[1] - 0.035 + y, wrapped], axis=1))


def _bridge(rim: Rim, eyes: list[Floats], plane: float) -> Floats:
    left, right = eyes[0][0] * 1.05 + rim.half_width, eyes[1][0] * 1.05 - rim.half_width
    t = np.linspace(0, 1, 12)
    arch = 0.04 * np.sin(np.pi * t)
    y = (eyes[0][1] + eyes[1][1]) / 2 + 0.02 + arch
    return f32(np.stack([left + (right - left) * t, y, plane + arch], axis=1))


def _temple(head: Head, body: Form, rim: Rim, eye: Floats, plane: float, side: int) -> Floats:
    """From the rim's outer edge back over the ear."""
    x, y, z = np.abs(body.points[:, 0]), body.points[:, 1] - eye[1], body.points[:, 2]
    beside = head.skin & (np.abs(y) < 0.12) & (z > 0.5) & (z < 0.9) & (body.masks[:, EARS] < 0.05)
    outside = side * (float(x[beside].max()) + 0.01)
    rim_x = eye[0] * 1.05 + side * rim.half_width
    t = np.linspace(0, 1, 16)
    across = rim_x + (outside - rim_x) * np.sin(np.minimum(t * 4, 1) * np.pi / 2)
    back = plane - 0.25 * rim_x**2 + (0.25 - plane) * t
    return f32(np.stack([across, np.full(16, eye[1] + 0.03), back], axis=1))


def _tube(path: Floats, radius: float) -> Form:
    """Round wire along a path."""
    ahead = unit(f32(np.gradient(path, axis=0)))
    up = f32((0, 0, 1)) if np.abs(ahead[:, 2]).mean() < 0.7 else f32((0, 1, 0))
    side = unit(f32(np.cross(ahead, up)))
    other = f32(np.cross(side, ahead))
    turn = np.linspace(0, 2 * np.pi, SIDES + 1)
    ring = np.cos(turn)[None, :, None] * side[:, None] + np.sin(turn)[None, :, None] * other[:, None]
    points = f32((path[:, None] + radius * ring).reshape(-1, 3))
    triangles = quads_of_grid(len(path), SIDES + 1)
    facing = normals(points, triangles)
    centre = f32(np.repeat(path, SIDES + 1, axis=0))
    outward = np.sign(((points - centre) * facing).sum(1, keepdims=True) + 1e-9)
    rest = points + f32((0, 40, 0))  # far above any paint or hairline
    return plain(points, rest, facing * outward, triangles, Material.FRAME, 0.0)
