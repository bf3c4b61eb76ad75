"""How the doors and sensors went through one crossing, as small text: what a journal needs to be replayed.

A sample is taken whenever something changed: milliseconds since the crossing began, people counted, light barriers, and
what was wrong. There is nothing of a person in it but where somebody stood. `1840.1.0c0.3` reads: after 1.84 s one
person, beams 7 and 8 interrupted, entry and exit not closed. Several samples make one fact of the journal.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import IntFlag
from typing import NamedTuple

KIND = "track"
TEXT = 280
"""A fact takes 300 characters."""
UNKNOWN = "-"
MAX_SAMPLES = 600
"""More than a crossing of a minute with a flickering beam has; what comes after is not kept."""


class Sign(IntFlag):
    """What a sample tells besides people and beams."""

    ENTRY_OFF = 1 << 0
    """The entry is not closed and locked."""
    EXIT_OFF = 1 << 1
    EMERGENCY = 1 << 2
    BUTTON = 1 << 3
    """The emergency button inside."""
    BATTERY = 1 << 4
    ENTRY_FORCED = 1 << 5
    EXIT_FORCED = 1 << 6
    TAMPER = 1 << 7
    FAULT = 1 << 8
    SENSOR_LOST = 1 << 9
    OBJECT = 1 << 10
    DOUBT = 1 << 11
    """The count is given with less confidence than a permit needs."""
    RESTARTED = 1 << 12
    """The door controller's uptime went back: it started anew since the sample before."""


class Sample(NamedTuple):
    at_ms: int
    persons: int | None
    barriers: int
    signs: int


class TrackFaulty(Exception):
    """What stands in a journal is no track."""


def packed(samples: Sequence[Sample]) -> Iterator[str]:
    """Texts of at most TEXT characters, in order."""
    text = ""
    for sample in samples[:MAX_SAMPLES]:
        word = _word(sample)
        if text and len(text) + 1 + len(word) > TEXT:
            yield text
            text = ""
        text = f"{text} {word}" if text else word
    if text:
        yield text


def unpacked(texts: Iterable[str]) -> tuple[Sample, ...]:
    """Raises TrackFaulty."""
    return tuple(_sample(word) for text in texts for word in text.split())


def _word(sample: Sample) -> str:
    persons = UNKNOWN if sample.persons is None else str(sample.persons)
    return f"{sample.at_ms}.{persons}.{sample.barriers:03x}.{sample.signs:x}"


def _sample(word: str) -> Sample:
    try:
        at_ms, persons, barriers, signs = word.split(".")
        counted = None if persons == UNKNOWN else int(persons)
        return Sample(int(at_ms), counted, int(barriers, 16), int(signs, 16))
    except ValueError:
        raise TrackFaulty(f"'{word}' is no sample of a track: was the journal written by another program?") from None
