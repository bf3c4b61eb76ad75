"""All that makes one made-up traveller look like nobody else: drawn from a seed, with what the cast list fixes."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from tools.make_cast.fields import Floats, f32, step
from tools.make_cast.mesh import head
from tools.make_cast.morphs import MORPHS, SHAPES

SKIN_TONES = (
    (0.64, 0.42, 0.33), (0.60, 0.38, 0.285), (0.55, 0.34, 0.24), (0.48, 0.285, 0.19), (0.43, 0.25, 0.16),
    (0.31, 0.16, 0.09), (0.19, 0.09, 0.05), (0.12, 0.056, 0.032),
)  # fmt: skip
"""Linear red, green, blue from light to dark; a tone is a place between two of them."""
HAIR = {
    "black": (0.012, 0.010, 0.009), "dark": (0.030, 0.019, 0.013), "brown": (0.075, 0.042, 0.022),
    "light": (0.19, 0.11, 0.055), "blond": (0.40, 0.27, 0.13), "red": (0.22, 0.07, 0.028),
    "grey": (0.28, 0.28, 0.28), "white": (0.55, 0.54, 0.52),
}  # fmt: skip
IRIS = {
    "black": (0.022, 0.012, 0.008), "brown": (0.040, 0.021, 0.010), "hazel": (0.075, 0.045, 0.018),
    "green": (0.070, 0.085, 0.038), "grey": (0.095, 0.105, 0.11), "blue": (0.055, 0.095, 0.14),
}  # fmt: skip
SHIRTS = {
    "navy": (0.03, 0.04, 0.08), "silver": (0.35, 0.36, 0.38), "olive": (0.06, 0.09, 0.06), "wine": (0.20, 0.04, 0.04),
    "black": (0.02, 0.02, 0.022), "blue": (0.10, 0.16, 0.28), "sand": (0.45, 0.42, 0.36), "brown": (0.12, 0.07, 0.05),
    "teal": (0.03, 0.14, 0.15), "rose": (0.42, 0.16, 0.18),
}  # fmt: skip
YOUNGEST, YEARS = 18, 65


@dataclass(frozen=True, slots=True)
class Brow:
    thickness: float
    lift: float
    arch: float
    tail: float
    length: float
    density: float
    gap: float


@dataclass(frozen=True, slots=True, repr=False)
class Traits:
    seed: int
    shape: Mapping[str, float]
    """Weight of every shape key of this face."""
    skin: Floats
    hair: Floats
    iris: Floats
    lips: Floats
    shirt: Floats
    brow: Brow
    aged: float
    """0 at eighteen, 1 at eighty-three."""
    style: str
    beard: str
    glasses: str
    hair_length: float
    recede: float
    hairline: float
    iris_radius: float
    liner: float
    freckles: float
    moles: int
    flush: float
    shadows: float
    patches: float
    pores: float
    bumps: float

    @property
    def brow_colour(self) -> Floats:
        return f32(np.minimum(self.hair * 0.5, 0.16))


def draw(wanted: Mapping[str, Any]) -> Traits:
    """The traits for one entry of the cast list (cast_list.json). The same entry gives the same traits.

    `seed`, `sex`, `age`, `ancestry` (shares African, Asian, European), `tone`, `hair`, `iris`, `style` and `shirt` are
    needed; `amplitude` scales the features; any plain trait may be fixed by its name. KeyError: one is missing.
    """
    rng = np.random.default_rng(wanted["seed"])
    male, aged = wanted["sex"] == "M", float(np.clip((wanted["age"] - YOUNGEST) / YEARS, 0, 0.95))
    skin = _skin(wanted["tone"], rng)
    drawn = Traits(
        seed=wanted["seed"],
        shape=_shape(wanted, male, aged, rng),
        skin=skin,
        hair=f32(HAIR[wanted["hair"]]) * f32(np.exp(0.15 * rng.normal())),
        iris=f32(IRIS[wanted["iris"]]) * f32(np.exp(0.15 * rng.normal())),
        lips=_lips(skin, float(wanted.get("lipstick", 0.0)), rng),
        shirt=f32(SHIRTS[wanted["shirt"]]) * f32(np.exp(0.1 * rng.normal(size=3))),
        brow=_brow(male, rng),
        aged=aged,
        style=wanted["style"],
        beard=wanted.get("beard", "none"),
        glasses=wanted.get("glasses", "none"),
        hair_length=rng.uniform(0.9, 1.6),
        recede=rng.uniform(0, 0.12) if male else rng.uniform(0, 0.05),
        hairline=0.05 * rng.normal(),
        iris_radius=rng.uniform(0.47, 0.53),
        liner=0.0 if male else rng.uniform(0.3, 1.0),
        freckles=0.0,
        moles=int(rng.integers(0, 4)),
        flush=rng.uniform(0.1, 0.8),
        shadows=rng.uniform(0, 0.9) ** 2,
        patches=rng.uniform(0.01, 0.09),
        pores=rng.uniform(0.5, 1.9),
        bumps=rng.uniform(0.35, 1.1),
    )
    plain = {f.name for f in fields(Traits)} - {"seed", "skin", "hair", "iris", "lips", "shirt", "brow", "shape"}
    fixed = {name: value for name, value in wanted.items() if name in plain}
    brow = replace(drawn.brow, **wanted.get("brow", {}))
    return replace(drawn, brow=brow, **fixed)


def _shape(wanted: Mapping[str, Any], male: bool, aged: float, rng: np.random.Generator) -> dict[str, float]:
    sex, weight = "male" if male else "female", float(wanted.get("weight", rng.uniform(-0.6, 0.6)))
    shape: dict[str, float] = {}
    for origin, share in zip(("african", "asian", "caucasian"), wanted["ancestry"], strict=True):
        shape[f"m-{origin}-{sex}-young"] = share * (1 - aged)
        shape[f"m-{origin}-{sex}-old"] = share * aged
    build = "maxweight" if weight > 0 else "minweight"
    for time, share in (("young", 1 - aged), ("old", aged)):
        shape[f"u-{sex}-{time}-averageweight"] = share * (1 - abs(weight))
        shape[f"u-{sex}-{time}-{build}"] = share * abs(weight)
    _vary(shape, float(wanted.get("amplitude", 0.5)), rng)
    for side in ("left", "right"):
        shape[f"x-eye-{side}-slit"] = float(wanted.get("slit", rng.uniform(0.0, 0.28)))
    shape["x-mouth-corner-puller"] = float(wanted.get("smile", 0.14))
    return shape


def _vary(shape: dict[str, float], amplitude: float, rng: np.random.Generator) -> None:
    """Add every feature's own deviation, two skull shapes and a little asymmetry."""
    for morph in MORPHS:
        weight = float(np.clip(rng.normal() * 0.62 * amplitude * morph.spread * morph.gain, -morph.limit, morph.limit))
        _add(shape, f"{morph.base}-{morph.high if weight > 0 else morph.low}", abs(weight))
    for most in (0.45, 0.25):
        _add(shape, SHAPES[rng.integers(len(SHAPES))], rng.uniform(0, most))
    crooked = sorted(key for key in head().keys if key.startswith("asym-"))
    for _ in range(4):
        _add(shape, crooked[rng.integers(len(crooked))], rng.uniform(0.05, 0.3))


def _add(shape: dict[str, float], key: str, weight: float) -> None:
    shape[key] = shape.get(key, 0.0) + weight


def _skin(tone: float, rng: np.random.Generator) -> Floats:
    below = min(int(tone), len(SKIN_TONES) - 2)
    share = tone - below
    base = (1 - share) * f32(SKIN_TONES[below]) + share * f32(SKIN_TONES[below + 1])
    return f32(base * np.exp(rng.normal(size=3) * (0.03, 0.035, 0.05)))


def _lips(skin: Floats, lipstick: float, rng: np.random.Generator) -> Floats:
    bare = skin * f32((0.80, 0.55, 0.53)) * f32(np.exp(0.05 * rng.normal(size=3)))
    painted = f32((0.34, 0.055, 0.065)) * f32(np.exp(0.2 * rng.normal(size=3)))
    return f32((1 - lipstick) * bare + lipstick * painted)


def _brow(male: bool, rng: np.random.Generator) -> Brow:
    return Brow(
        thickness=rng.uniform(0.6, 1.7) if male else rng.uniform(0.3, 1.05),
        lift=float(np.clip(0.025 * rng.normal(), -0.04, 0.05)),
        arch=rng.uniform(0.1, 0.8),
        tail=rng.random() * 0.7,
        length=rng.uniform(0.85, 1.1),
        density=rng.uniform(0.3, 1.0),
        gap=float(np.clip(0.025 * rng.normal(), -0.04, 0.05)),
    )


def brow_line(brow: Brow, t: Floats) -> tuple[Floats, Floats, Floats]:
    """Middle line (x, y) and thickness of the brow at the shares `t` (0 nose, 1 temple), in the head's unit."""
    x = 0.115 + brow.gap + t * 0.40 * brow.length
    rise = 0.05 * np.sin(np.clip(t * 1.25, 0, 1) * np.pi * 0.75) * brow.arch
    fall = 0.05 * step(0.5, 1, t) * (0.3 + 1.2 * brow.tail)
    thickness = 0.048 * brow.thickness * (1 - 0.65 * step(0.5, 1, t)) * (0.75 + 0.25 * step(0, 0.15, t))
    return f32(x), f32(7.47 + brow.lift + rise - fall), f32(thickness)
