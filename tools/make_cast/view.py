"""Where the camera stands and how the head is held; from there to pixels."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tools.make_cast.fields import Floats, f32, step
from tools.make_cast.form import Form
from tools.make_cast.mesh import Head, Material

EYES = 0.616
"""Between the pupils of the average head, in its unit."""


@dataclass(frozen=True, slots=True)
class View:
    width: int
    height: int
    eyes_px: float
    eyes_at: tuple[float, float] = (0.5, 0.45)
    yaw_deg: float = 0.0
    """Positive: the face turns to the picture's right."""
    pitch_deg: float = 0.0
    """Positive: the face looks down."""
    roll_deg: float = 0.0
    expression: Mapping[str, float] = field(default_factory=dict)
    gaze_deg: tuple[float, float] = (0.0, 0.0)
    distance: float = 12.0
    supersampling: float = 1.5

    @property
    def size(self) -> tuple[int, int]:
        """Of the picture as it is rendered, before it is brought down."""
        return int(self.width * self.supersampling), int(self.height * self.supersampling)

    @property
    def focal_px(self) -> float:
        return self.eyes_px * self.supersampling / EYES * self.distance

    @property
    def turn(self) -> Floats:
        """Rotation of the head: yaw, then pitch, then roll."""
        yaw, pitch, roll = np.deg2rad([self.yaw_deg, self.pitch_deg, self.roll_deg])
        about_y = [[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]]
        about_x = [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
        about_z = [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
        return f32(np.array(about_z) @ np.array(about_x) @ np.array(about_y))


@dataclass(frozen=True, slots=True)
class Projected:
    xy: Floats
    depth: Floats
    """Greater is nearer."""
    normals: Floats
    """Turned with the head, not yet of unit length between the corners."""


def project(head: Head, form: Form, view: View) -> Projected:
    """Bend the neck, bring the eyes to their place, and look through the camera."""
    left, right = (head.eyeball(form.points, eye) for eye in (Material.LEFT_EYE, Material.RIGHT_EYE))
    eyes = (left + right) / 2
    pivot = f32((0, eyes[1] - 0.75, eyes[2] - 0.95))
    bend = step(5.9, 6.75, form.rest[:, 1])[:, None]
    turned = form.points * (1 - bend) + ((form.points - pivot) @ view.turn.T + pivot) * bend
    facing = form.normals * (1 - bend) + (form.normals @ view.turn.T) * bend
    eyes_turned = (eyes - pivot) @ view.turn.T + pivot
    centred = turned - f32((eyes[0] + 0.8 * (eyes_turned[0] - eyes[0]), eyes[1], eyes[2] - 0.5))
    away = view.distance - centred[:, 2]
    width, height = view.size
    x = width * view.eyes_at[0] + view.focal_px * centred[:, 0] / away
    y = height * view.eyes_at[1] - view.focal_px * centred[:, 1] / away
    return Projected(f32(np.stack([x, y], axis=1)), f32(-away), f32(facing))
