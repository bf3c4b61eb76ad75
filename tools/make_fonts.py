"""Cut the screens' fonts out of Noto: every character that a catalogue or a page of ours uses, as small woff2 files.

    python -m tools.make_fonts [--noto /usr/share/fonts]

Noto comes from Debian (fonts-noto-core, fonts-noto-cjk), under the SIL Open Font License, which goes beside the files
(web/static/shared/fonts/OFL.txt). A face whose script needs shaping keeps its tables. tests/screens/test_fonts.py fails
when a character of a catalogue is in none of them.
"""

import argparse
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]

STATIC = Path(__file__).parents[1] / "web" / "static"
FONTS = STATIC / "shared" / "fonts"
PROMPTS = STATIC / "traveller" / "prompts"
FAMILY = "egate sans"
WEIGHTS = {"Regular": 400, "Bold": 700}
SYMBOLS = "←↑→↓↔↕⇄▲△◆◇●○■□▶◀▼▸▾◐✓✔✕✗★☆⚠⏸⏵⏭⏺⏹⏏⟳⟲≤≥≈×−±…·•–—‘’“”„«»°%№"
"""What the pages draw with beside words."""
ARABIC = "".join(
    map(chr, (*range(0x0621, 0x063B), *range(0x0641, 0x0653), *range(0x0660, 0x066D), *range(0x06F0, 0x06FA)))
)
PERSIAN = "پچژکگیۀةئؤآأإء،؛؟ـ\u200c\u200d\u200e\u200f"


@dataclass(frozen=True, slots=True)
class Face:
    """One family of files. `languages` are the catalogues whose characters it takes; `always` comes besides."""

    name: str
    files: tuple[str, ...]
    """The first that has a character gives it; {weight} is put in."""
    languages: tuple[str, ...] = ()
    always: str = ""
    collection: str = ""
    """The family's name inside a .ttc."""

    @property
    def family(self) -> str:
        """Chinese, Japanese and Korean draw the same code points differently: each has a family of its own."""
        return f"{FAMILY} {self.name}" if self.collection else FAMILY


def span(*ends: tuple[int, int]) -> str:
    return "".join(chr(point) for first, last in ends for point in range(first, last + 1))


CJK = "opentype/noto/NotoSansCJK-{weight}.ttc"
FACES = (
    Face(
        "latin",
        ("truetype/noto/NotoSans-{weight}.ttf",),
        always=span((0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x2026), (0x2030, 0x203A), (0x20AC, 0x20AC), (0x2190, 0x2199))
        + SYMBOLS,
    ),
    Face(
        "cyrillic",
        ("truetype/noto/NotoSans-{weight}.ttf",),
        always=span((0x400, 0x45F), (0x490, 0x491), (0x2116, 0x2116)),
    ),
    Face("arabic", ("truetype/noto/NotoSansArabic-{weight}.ttf",), ("ar", "fa"), ARABIC + PERSIAN),
    Face("hebrew", ("truetype/noto/NotoSansHebrew-{weight}.ttf",), ("he",), span((0x5D0, 0x5EA), (0x5BE, 0x5BE))),
    Face("sc", (CJK,), ("zh-Hans",), collection="Noto Sans CJK SC"),
    Face("jp", (CJK,), ("ja",), collection="Noto Sans CJK JP"),
    Face("kr", (CJK,), ("ko",), collection="Noto Sans CJK KR"),
    Face(
        "symbols",
        ("truetype/noto/NotoSansSymbols2-Regular.ttf", "truetype/noto/NotoSansMath-Regular.ttf"),
        always=SYMBOLS,
    ),
)


def catalogue_text(languages: Iterable[str]) -> str:
    """All texts of these catalogues, with the languages' own names."""
    said = []
    for language in languages:
        catalogue = json.loads((PROMPTS / f"{language}.json").read_text())
        said += [catalogue["name"], *catalogue["prompts"].values()]
    return "".join(said)


def cut(face: Face, noto: Path, weight: str) -> list[tuple[Path, list[int]]]:
    """Write the files of one face in one weight; gives each with the characters that it has."""
    wanted = {ord(each) for each in catalogue_text(face.languages) + face.always}
    if face.collection:
        wanted = {point for point in wanted if point >= 0x2E80}
    made = []
    for number, name in enumerate(face.files):
        with opened(noto / name.format(weight=weight), face.collection) as font:
            here = sorted(wanted & set(font.getBestCmap()))
            wanted -= set(here)
            target = FONTS / f"{face.name}{number or ''}-{WEIGHTS[weight]}.woff2"
            made.append((target, here))
            write(font, here, target)
    return made


def opened(path: Path, family: str) -> TTFont:
    if not path.exists():
        raise SystemExit(f"make_fonts: there is no {path}: apt-get install fonts-noto-core fonts-noto-cjk")
    if not family:
        return TTFont(path)
    fonts = TTCollection(path).fonts
    return next(font for font in fonts if font["name"].getDebugName(1) == family)


def write(font: TTFont, points: list[int], target: Path) -> None:
    options = subset.Options()
    options.flavor, options.layout_features = "woff2", ["*"]
    options.hinting = options.notdef_outline = False
    options.name_IDs = [0, 1, 2, 13, 14]  # the copyright and licence stay inside
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(font)
    font.flavor = "woff2"
    font["head"].modified = font["head"].created  # the same input, the same bytes
    font.recalcTimestamp = False
    font.save(target)


def ranges(points: list[int]) -> str:
    """As CSS has them: U+20-7E, U+A0."""
    runs: list[list[int]] = []
    for point in points:
        if runs and point == runs[-1][1] + 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return ", ".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in runs)


def rule(face: Face, weight: str, file: Path, points: list[int]) -> str:
    return (
        f'@font-face {{ font-family: "{face.family}"; font-weight: {WEIGHTS[weight]}; font-display: block; '
        f'src: url("fonts/{file.name}") format("woff2"); unicode-range: {ranges(points)}; }}'
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--noto", type=Path, default=Path("/usr/share/fonts"))
    noto: Path = parser.parse_args().noto
    FONTS.mkdir(parents=True, exist_ok=True)
    rules = ["/* Made by tools/make_fonts.py; the licence is fonts/OFL.txt. */"]
    for face in FACES:
        weights = ["Regular"] if "{weight}" not in face.files[0] else list(WEIGHTS)
        for weight in weights:
            rules += [rule(face, weight, file, points) for file, points in cut(face, noto, weight) if points]
    (STATIC / "shared" / "fonts.css").write_text("\n".join(rules) + "\n")
    print(f"{sum(file.stat().st_size for file in FONTS.glob('*.woff2')) / 1000:.0f} kB in {FONTS}")


if __name__ == "__main__":
    main()
