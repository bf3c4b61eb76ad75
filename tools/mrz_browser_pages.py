"""Passport and card pages drawn by a web browser: a renderer that the reader's training never saw.

    python -m tools.mrz_browser_pages --to pages/ --count 100 --seed 5 --font /usr/share/fonts/opentype/ocr-b/OCRBL.otf
    egate mrz bench pages/

Chromium (Debian's `chromium`) sets the zone with any font file, hints and smooths it in its own way, and draws what is
around it with CSS and SVG. Each picture has its truth in a JSON file beside it, as `egate mrz render` writes them. The
outlines of OCRB.otf and OCRBS.otf are those that the training bent; OCRBL.otf is the slanted cut, which it never saw.
Any other fixed-pitch font shows whether letters of another face are ever taken for another text.
"""

import base64
import json
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from mrz.layouts import LAYOUTS
from mrz.model import DocumentType, MrzFields
from mrz.samples import sample
from mrz.write import write

TODAY = date(2026, 11, 27)
PX_PER_MM = 96 / 25.4
"""Of CSS; the browser multiplies by the scale of the device."""
SIZES_MM = {"TD1": (85.6, 54.0), "TD2": (105.0, 74.0), "IDFRA": (105.0, 74.0), "MRVB": (105.0, 74.0)}
PASSPORT_MM = (125.0, 88.0)


def main(
    to: Annotated[Path, typer.Option(file_okay=False, help="Folder for the pictures and their truth.")],
    font: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Of the zone: .otf, .ttf or .woff2.")],
    count: Annotated[int, typer.Option(min=1)] = 60,
    seed: Annotated[int, typer.Option(min=0)] = 5,
) -> None:
    """Draw pages; the same seed, font and browser draw the same ones."""
    from playwright.sync_api import sync_playwright

    browser_file = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser_file is None:
        sys.exit("mrz_browser_pages: there is no Chromium here; apt-get install chromium")
    to.mkdir(parents=True, exist_ok=True)
    face = base64.b64encode(font.read_bytes()).decode()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_file, args=["--no-sandbox"])
        for index in range(count):
            rng = np.random.default_rng([seed, index])
            kind = list(DocumentType)[index % len(DocumentType)]
            fields = sample(kind, rng, TODAY)
            lines = write(fields, kind)
            page = browser.new_page(device_scale_factor=float(rng.uniform(1.6, 4.0)))
            page.set_content(_html(kind, fields, lines, face, rng))
            page.evaluate("document.fonts.ready")
            file = to / f"{index:05}.jpg"
            page.locator("#page").screenshot(path=file, type="jpeg", quality=int(rng.integers(60, 95)))
            page.close()
            truth = {"file": file.name, "type": kind.value, "lines": lines}
            file.with_suffix(".json").write_text(json.dumps(truth), encoding="utf-8")
        browser.close()


def _html(kind: DocumentType, fields: MrzFields, lines: tuple[str, ...], face: str, rng: np.random.Generator) -> str:
    width, height = SIZES_MM.get(kind.value, PASSPORT_MM)
    pitch_px = 2.54 * PX_PER_MM
    rows = "".join(f"<div>{_cells(line)}</div>" for line in lines)
    room_mm = (width - 2.54 * LAYOUTS[kind].columns) / 2
    turn = float(rng.normal(0, 1.5))
    ink = int(rng.integers(0, 60))
    return f"""<style>
      @font-face {{ font-family: zone; src: url(data:font/otf;base64,{face}); }}
      #page {{ position: relative; width: {width + 12}mm; height: {height + 12}mm;
        background: {_colour(rng, 90, 200)}; }}
      #sheet {{ position: absolute; left: 6mm; top: 6mm; width: {width}mm; height: {height}mm; overflow: hidden;
        transform: rotate({turn:.2f}deg); background: linear-gradient({rng.integers(360)}deg,
        {_colour(rng, 205, 250)}, {_colour(rng, 205, 250)}); font: 3.2mm sans-serif; color: #333; }}
      #zone {{ position: absolute; left: {room_mm:.2f}mm; bottom: 5mm; font: 11.2pt zone; color: rgb({ink},{ink},{ink});
        line-height: 6.4mm; white-space: pre; }}
      #zone span {{ display: inline-block; width: {pitch_px:.3f}px; text-align: center; }}
      svg {{ position: absolute; inset: 0; width: 100%; height: 100%; }}
      p {{ margin: 1.5mm 3mm; }}
      i {{ position: absolute; right: 4mm; top: 3mm; width: 18mm; height: 23mm; background: #bbb; }}
    </style><div id=page><div id=sheet>{_guilloche(rng)}<p>{fields.issuing_state} {kind.value}</p>
    <p>{fields.surname}</p><p>{fields.given_names}</p><p>{fields.document_number}</p><i></i>
    <div id=zone>{rows}</div></div></div>"""


def _cells(line: str) -> str:
    return "".join(f"<span>{'&lt;' if character == '<' else character}</span>" for character in line)


def _colour(rng: np.random.Generator, low: int, high: int) -> str:
    red, green, blue = (int(value) for value in rng.integers(low, high, 3))
    return f"rgb({red},{green},{blue})"


def _guilloche(rng: np.random.Generator) -> str:
    """Fine waves all over the page, as security print has them."""
    waves = []
    for _ in range(int(rng.integers(6, 30))):
        x = np.linspace(0, 500, 60)
        y = rng.uniform(0, 350) + rng.uniform(4, 40) * np.sin(x * rng.uniform(0.01, 0.09) + rng.uniform(0, 6))
        points = " ".join(f"{a:.0f},{b:.1f}" for a, b in zip(x, y, strict=True))
        waves.append(f'<polyline points="{points}" fill="none" stroke="{_colour(rng, 120, 220)}" stroke-width="0.7"/>')
    return f"<svg>{''.join(waves)}</svg>"


if __name__ == "__main__":
    typer.run(main)
