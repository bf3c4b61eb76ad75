"""Passport pages of the population: drawn by the MRZ renderer, with the cast's portraits."""

import zlib
from collections.abc import Mapping
from functools import lru_cache

import cv2

from drivers.model import Image, Light
from mrz.model import MrzFields
from mrz.render.designs import DESIGNS
from mrz.render.pages import draw_page
from simulators import cast_faces
from simulators.population import Figure

PORTRAIT_QUALITY = 92
PAGES_KEPT = 32
"""The same people come again in the next scenario, and their pages take long to draw."""
TD3_DESIGNS = tuple(sorted(DESIGNS))


@lru_cache(maxsize=PAGES_KEPT)
def draw(fields: MrzFields, lines: tuple[str, ...], portrait: str) -> Mapping[Light, Image]:
    """The page under each light; which design a passport has follows from its number. Nobody may paint on it."""
    design = TD3_DESIGNS[zlib.crc32(fields.document_number.encode()) % len(TD3_DESIGNS)]
    page = draw_page(fields, lines, cast_faces.portrait(portrait), design)
    images = {Light(light): image for light, image in page.images.items()}
    for image in images.values():
        image.flags.writeable = False
    return images


def encoded_portrait(name: str) -> bytes:
    """The portrait as a register keeps it."""
    encoded, data = cv2.imencode(".jpg", cast_faces.portrait(name), [cv2.IMWRITE_JPEG_QUALITY, PORTRAIT_QUALITY])
    if not encoded:
        raise ValueError("the portrait of a cast member cannot be encoded: make the cast anew")
    return data.tobytes()


def figures(cast: str = "demo") -> tuple[Figure, ...]:
    """The members of the cast that have a vetted impostor."""
    members = cast_faces.members("demo" if cast == "demo" else "test")
    return tuple(
        Figure(who.name, who.sex, who.age, who.origin, who.height_mm, impostor)
        for who in members
        if (impostor := _impostor(who.name))
    )


def _impostor(name: str) -> str | None:
    try:
        return cast_faces.impostor_for(name)
    except KeyError:
        return None
