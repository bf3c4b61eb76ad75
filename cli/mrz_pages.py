"""What `egate mrz render` draws, and how it is kept: an image for each light, and the truth beside it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from cli.exits import USAGE, CommandFailed
from mrz.dates import MrzDate
from mrz.from_json import fields_from
from mrz.layouts import FILLER
from mrz.model import DocumentType, MrzFields, Sex
from mrz.parse import inspect
from mrz.render.designs import DESIGNS
from mrz.render.disturb import KNOB_NAMES, Knobs, disturb, printing_of, random_knobs
from mrz.render.pages import LIGHTS, Image, RenderedPage, draw_page
from mrz.samples import sample
from mrz.write import write

SEXES = {sex.value for sex in Sex}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document to be drawn; its generator decides all that is left to chance."""

    fields: MrzFields
    lines: Sequence[str]
    rng: np.random.Generator


@dataclass(frozen=True, slots=True)
class Manner:
    """How the documents are to be drawn."""

    lights: tuple[str, ...]
    designs: tuple[str, ...]
    dpi: float
    knobs: Knobs
    strength: float
    portrait: Image | None

    def knobs_for(self, rng: np.random.Generator) -> Knobs:
        return random_knobs(self.strength, rng) if self.strength else self.knobs


def lights_of(names: Sequence[str]) -> tuple[str, ...]:
    if not set(names) <= set(LIGHTS):
        raise CommandFailed(f"--light: must be one of {', '.join(LIGHTS)}", USAGE)
    return tuple(names)


def designs_of(name: str) -> tuple[str, ...]:
    if name not in (*DESIGNS, "any"):
        raise CommandFailed(f"--design: must be one of {', '.join(DESIGNS)}, any", USAGE)
    return tuple(DESIGNS) if name == "any" else (name,)


def types_of(name: str) -> tuple[DocumentType, ...]:
    if name == "any":
        return tuple(DocumentType)
    try:
        return (DocumentType(name.upper()),)
    except ValueError:
        known = ", ".join(each.value for each in DocumentType)
        raise CommandFailed(f"--type: must be one of {known}, any", USAGE) from None


def knobs_of(texts: Sequence[str]) -> Knobs:
    try:
        return Knobs(**dict(_amount(text) for text in texts))
    except ValueError as wrong:
        raise CommandFailed(f"--knob {wrong}", USAGE) from None


def _amount(text: str) -> tuple[str, Any]:
    name, _, amount = text.partition("=")
    if name not in (*KNOB_NAMES, "quarter_turns"):
        raise CommandFailed(f"--knob: there is no {name}; there are {', '.join(KNOB_NAMES)}, quarter_turns", USAGE)
    try:
        return name, int(amount) if name == "quarter_turns" else float(amount)
    except ValueError:
        raise CommandFailed(f"--knob {name}: needs a number, as in {name}=0.4", USAGE) from None


def picture_of(file: Path | None) -> Image | None:
    if file is None:
        return None
    encoded = np.frombuffer(file.read_bytes(), np.uint8)
    picture = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
    if picture is None:
        raise CommandFailed(f"{file}: is no picture that OpenCV can read; give a JPEG or PNG", USAGE)
    return np.asarray(picture, np.uint8)


def fields_of(source: Path, today: date) -> tuple[MrzFields, DocumentType]:
    """The fields of a JSON file. Raises MrzRejected, JSONDecodeError, OSError."""
    written = json.loads(source.read_text(encoding="utf-8"))
    if not isinstance(written, dict):
        raise CommandFailed(f"{source}: must hold one JSON object", USAGE)
    return fields_from(written, today)


def from_file(source: Path, seed: int, today: date) -> Wanted:
    fields, document_type = fields_of(source, today)
    return Wanted(fields, write(fields, document_type), np.random.default_rng(seed))


def from_lines(lines: Sequence[str], seed: int, today: date) -> Wanted:
    """Lines are printed as they are, wrong digits and all; the text above them says what they say."""
    inspection = inspect(lines, today)
    if inspection.document_type is None:
        raise inspection.faults[0]
    texts = inspection.fields
    fields = inspection.mrz or MrzFields(
        document_code=texts["document_code"],
        issuing_state=texts["issuing_state"],
        document_number=texts["document_number"],
        surname=texts["surname"],
        given_names=texts["given_names"],
        nationality=texts["nationality"],
        sex=Sex(texts["sex"]) if texts["sex"] in SEXES else Sex.UNSPECIFIED,
        birth_date=MrzDate(FILLER * 6),
        expiry_date=MrzDate(FILLER * 6),
    )
    return Wanted(fields, lines, np.random.default_rng(seed))


def at_random(count: int, types: Sequence[DocumentType], seed: int, today: date) -> Iterator[Wanted]:
    for index in range(count):
        rng = np.random.default_rng((seed, index))
        document_type = types[int(rng.integers(len(types)))]
        fields = sample(document_type, rng, today)
        yield Wanted(fields, write(fields, document_type), rng)


def save(wanted: Wanted, manner: Manner, target: Path) -> dict[str, Any]:
    """Draw one page, write its images and its truth, and return the truth."""
    rng = wanted.rng
    knobs = manner.knobs_for(rng)
    design = manner.designs[int(rng.integers(len(manner.designs)))]
    printing = printing_of(knobs, rng)
    clean = draw_page(wanted.fields, wanted.lines, manner.portrait, design, manner.lights, manner.dpi, printing, rng)
    page = disturb(clean, knobs, int(rng.integers(2**32)))
    target.parent.mkdir(parents=True, exist_ok=True)
    for light, image in page.images.items():
        _write_image(target if light == manner.lights[0] else target.with_suffix(f".{light}{target.suffix}"), image)
    truth = _truth(page, knobs, design, target)
    target.with_suffix(".json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
    return truth


def _write_image(file: Path, image: Image) -> None:
    if not (cv2.haveImageWriter(str(file)) and cv2.imwrite(str(file), image)):
        raise CommandFailed(f"{file}: cannot be written as an image; end its name in .png or .jpg", USAGE)


def _truth(page: RenderedPage, knobs: Knobs, design: str, target: Path) -> dict[str, Any]:
    return {
        "file": str(target),
        "type": page.document_type.value,
        "lines": page.lines,
        "mrz_quad": page.mrz_quad,
        "line_quads": page.line_quads,
        "page_quad": page.page_quad,
        "portrait_quad": page.portrait_quad,
        "design": design,
        "knobs": {name: amount for name, amount in asdict(knobs).items() if amount},
    }
