"""Kinds of presentation to a camera (ISO/IEC 30107-3: presentation attack instrument species)."""

from enum import Enum


class Species(Enum):
    """What is before the camera: a living face, or an artefact that shows one."""

    BONA_FIDE = "bona_fide"
    PRINT = "print"
    SCREEN = "screen"
    REPLAY = "replay"
    CUT_OUT = "cut_out"
    MASK = "mask"


ATTACKS = tuple(species for species in Species if species is not Species.BONA_FIDE)
