"""The guideline of a lane, written from its own scenarios: what each paragraph says, and which stories prove it."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from config.load import content_of, validated
from config.section import Section
from simulators.scenario import Many, Scenario

SOURCE = "guideline.toml"
NOTICE = "<!-- Written by `egate scenario guideline`; change simulators/scenarios, not this page. -->"


class Chapter(Section):
    title: str = Field(min_length=3, max_length=80)
    paragraph: dict[str, str] = Field(description="Number -> sentence.")


class Guideline(Section):
    """simulators/scenarios/guideline.toml."""

    chapter: Many[Chapter]

    def paragraphs(self) -> dict[str, str]:
        """ "2.3" -> its text."""
        return {
            f"{number}.{key}": text
            for number, chapter in enumerate(self.chapter, 1)
            for key, text in chapter.paragraph.items()
        }


def load_guideline(folder: Path) -> Guideline:
    """Raises config.load.ConfigRefused."""
    file = folder / SOURCE
    guideline, _text = validated(Guideline, content_of(file, "guideline"), file, "guideline")
    return guideline


def written(guideline: Guideline, library: Mapping[str, Scenario]) -> str:
    """The page, in Markdown. A paragraph that nothing proves says so."""
    lines = [
        "# Guideline of a lane",
        "",
        NOTICE,
        "",
        "What a lane does, paragraph by paragraph, and the scenarios that prove it. Each is a file of",
        "`simulators/scenarios`; `egate scenario run` plays them all.",
    ]
    for number, chapter in enumerate(guideline.chapter, 1):
        lines += ["", f"## {number} {chapter.title}"]
        for key, text in chapter.paragraph.items():
            lines += ["", f"**{number}.{key}** {text}", "", *_proofs(f"{number}.{key}", library)]
    return "\n".join(lines) + "\n"


def _proofs(paragraph: str, library: Mapping[str, Scenario]) -> list[str]:
    proofs = [
        f"- {scenario.scenario.title} (`{name}`{_paths(scenario)}): {_ending(scenario)}"
        for name, scenario in library.items()
        if paragraph in scenario.scenario.proves and not scenario.scenario.not_yet
    ]
    return proofs or ["- Nothing proves this yet."]


def _paths(scenario: Scenario) -> str:
    return "".join(f", {path}" for path in scenario.scenario.paths)


def _ending(scenario: Scenario) -> str:
    endings = [f"{each.outcome} `{each.reason}`" for each in scenario.expect.crossing]
    return ", ".join(endings) or "no crossing"
