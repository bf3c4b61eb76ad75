"""How the invented documents look. None of them copies a document that a state issues."""

from collections.abc import Mapping
from dataclasses import dataclass

Colour = tuple[int, int, int]
"""Blue, green, red."""


@dataclass(frozen=True, slots=True)
class Design:
    name: str
    pattern: str
    """One of the patterns of background.py."""
    paper: tuple[Colour, Colour]
    """From the upper left corner to the lower right."""
    lines: tuple[Colour, Colour]
    """The guilloche's two inks, running into one another from left to right."""
    accent: Colour
    """Title, captions and the word SPECIMEN."""
    glow: tuple[Colour, Colour]
    """Under ultraviolet light."""
    portrait_right: bool = False
    ghost: bool = True
    monospaced: bool = True
    """Values are set in OCR-B, otherwise in a drawn line font."""


_TABLE = (
    Design(
        name="harbour",
        pattern="waves",
        paper=((246, 240, 226), (232, 222, 238)),
        lines=((196, 150, 92), (178, 112, 156)),
        accent=(122, 62, 30),
        glow=((90, 255, 120), (255, 180, 60)),
    ),
    Design(
        name="meadow",
        pattern="rosettes",
        paper=((226, 244, 236), (214, 236, 246)),
        lines=((120, 176, 98), (70, 160, 188)),
        accent=(52, 92, 28),
        glow=((60, 230, 255), (120, 255, 90)),
        monospaced=False,
    ),
    Design(
        name="dusk",
        pattern="contours",
        paper=((232, 226, 248), (246, 232, 224)),
        lines=((150, 104, 196), (196, 138, 104)),
        accent=(92, 30, 110),
        glow=((200, 90, 255), (255, 220, 90)),
        portrait_right=True,
    ),
    Design(
        name="terrace",
        pattern="lattice",
        paper=((220, 236, 248), (224, 230, 250)),
        lines=((96, 140, 214), (88, 98, 206)),
        accent=(30, 52, 128),
        glow=((60, 120, 255), (60, 255, 230)),
        monospaced=False,
    ),
    Design(
        name="glacier",
        pattern="rays",
        paper=((250, 244, 232), (244, 246, 240)),
        lines=((206, 172, 104), (156, 176, 120)),
        accent=(108, 84, 12),
        glow=((255, 160, 80), (160, 255, 160)),
        portrait_right=True,
        ghost=False,
    ),
    Design(
        name="orchard",
        pattern="rosettes",
        paper=((224, 232, 246), (222, 244, 240)),
        lines=((96, 122, 198), (104, 178, 148)),
        accent=(38, 38, 118),
        glow=((80, 80, 255), (80, 255, 200)),
    ),
)

DESIGNS: Mapping[str, Design] = {design.name: design for design in _TABLE}
