"""Passport pages of the population: drawn by the MRZ renderer, with the cast's portraits."""

import zlib
from collections.abc import Mapping, Sequence

import cv2

from drivers.model import Image, Light
from mrz.model import MrzFields
from mrz.render.designs import DESIGNS
from mrz.render.pages import draw_page
from simulators import cast_faces
from simulators.population import Figure

PORTRAIT_QUALITY = 92
TD3_DESIGNS = tuple(sorted(DESIGNS))


def draw(fields: MrzFields, lines: Sequence[str], portrait: str) -> Mapping[Light, Image]:
    """The page under each light; which design a passport has follows from its number."""
    design = TD3_DESIGNS[zlib.crc32(fields.document_number.encode()) % len(TD3_DESIGNS)]
    page = draw_page(fields, lines, cast_faces.portrait(portrait), design)
    return {Light(light): image for light, image in page.images.items()}


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
