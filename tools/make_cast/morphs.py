"""Which shape keys make up a face, how far each may go, and in which measure they vary between people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Morph:
    """A pair of opposite shape keys: `base-low` for negative weights, `base-high` for positive ones."""

    base: str
    low: str
    high: str
    spread: float

    @property
    def gain(self) -> float:
        """Skulls and foreheads turn grotesque first, features carry the identity."""
        part = self.base.partition("-")[0]
        return {"head": 0.5, "forehead": 0.5, "ear": 0.8, "neck": 0.6, "chin": 0.75, "cheek": 0.85}.get(part, 1.15)

    @property
    def limit(self) -> float:
        return 0.65 if "volume" in self.base or self.base in TIGHT else 0.95


TIGHT = ("nose-scale-vert", "nose-scale-horiz", "mouth-scale-vert", "nose-flaring", "nose-trans", "eyebrows-angle")

_INCREASING = {
    "head-age": 0.4, "head-fat": 0.8, "head-scale-depth": 0.5, "head-scale-horiz": 0.7, "head-scale-vert": 0.7,
    "nose-flaring": 0.9, "nose-greek": 0.8, "nose-hump": 0.9, "nose-nostrils-width": 0.9, "nose-point-width": 0.9,
    "nose-scale-depth": 0.8, "nose-scale-horiz": 0.9, "nose-scale-vert": 0.8, "nose-septumangle": 0.7,
    "nose-volume": 0.8, "nose-width1": 0.9, "nose-width2": 0.9, "nose-width3": 0.9,
    "mouth-cupidsbow": 0.9, "mouth-cupidsbow-width": 0.9, "mouth-lowerlip-height": 0.8, "mouth-lowerlip-volume": 0.9,
    "mouth-lowerlip-width": 0.7, "mouth-philtrum-volume": 0.8, "mouth-scale-horiz": 0.9, "mouth-scale-vert": 0.7,
    "mouth-scale-depth": 0.6, "mouth-upperlip-height": 0.8, "mouth-upperlip-volume": 0.9, "mouth-upperlip-width": 0.7,
    "eye-bag": 0.8, "eye-bag-height": 0.6, "eye-height1": 0.6, "eye-height2": 0.7, "eye-height3": 0.6, "eye-scale": 0.7,
    "forehead-nubian": 0.7, "forehead-scale-vert": 0.9, "forehead-temple": 0.8,
    "cheek-bones": 0.9, "cheek-inner": 0.8, "cheek-volume": 0.9,
    "chin-bones": 0.9, "chin-cleft": 0.7, "chin-height": 0.9, "chin-jaw-drop": 0.8, "chin-prognathism": 0.7,
    "chin-prominent": 0.8, "chin-width": 0.9,
    "ear-scale": 0.6, "ear-wing": 0.7, "ear-lobe": 0.6, "neck-double": 0.5, "neck-scale-horiz": 0.5,
}  # fmt: skip
_RISING = {
    "nose-base": 0.7, "nose-nostrils-angle": 0.8, "nose-point": 0.9, "nose-trans": 0.7, "mouth-angles": 0.6,
    "mouth-trans": 0.7, "eye-corner1": 0.8, "eye-corner2": 0.9, "eye-eyefold-angle": 0.8, "eye-eyefold": 0.8,
    "eye-trans": 0.8, "eyebrows-angle": 0.9, "eyebrows-trans": 0.9, "cheek-trans": 0.8, "ear-trans": 0.4,
}  # fmt: skip
_OUTWARD = {
    "head-angle": 0.6, "mouth-laugh-lines": 0.7, "eye-epicanthus": 0.8, "eye-push1": 0.7, "eye-push2": 0.7,
    "eye-trans": 0.9,
}  # fmt: skip
_FORWARD = {"eyebrows-trans": 0.8, "forehead-trans": 0.8}
_CURVED = {"nose-curve": ("concave", "convex", 0.9), "eye-eyefold": ("concave", "convex", 0.8),
           "nose-compression": ("compress", "uncompress", 0.7)}  # fmt: skip

MORPHS = (
    *(Morph(base, "decr", "incr", spread) for base, spread in _INCREASING.items()),
    *(Morph(base, "down", "up", spread) for base, spread in _RISING.items()),
    *(Morph(base, "in", "out", spread) for base, spread in _OUTWARD.items()),
    *(Morph(base, "backward", "forward", spread) for base, spread in _FORWARD.items()),
    *(Morph(base, low, high, spread) for base, (low, high, spread) in _CURVED.items()),
)

SHAPES = (
    "head-diamond", "head-invertedtriangular", "head-oval", "head-rectangular", "head-round", "head-square",
    "head-triangular", "chin-triangle",
)  # fmt: skip
