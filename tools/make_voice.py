"""Speak the traveller's prompts into files, for a site that has no recordings yet.

    python -m tools.make_voice var/voice [--language en ...]

Debian's espeak-ng speaks (intelligible, robotic) and opusenc packs: apt-get install espeak-ng opus-tools. A recording
by a person replaces the file of the same name, <language>/<key>.opus; about 700 files, 5 MB. Not committed.
"""

import argparse
import json
import shutil
import subprocess
from pathlib import Path

from drivers.screen_web_app import FOLDER, LANGUAGES

VOICES = {"zh-Hans": "cmn", "pt": "pt-br", "en": "en-gb", "fr": "fr-fr"}
"""Where espeak-ng's name of the language is another than ours."""
WORDS_A_MINUTE = 140
KBIT_S = 16
SILENT = ("idle.eligibility", "idle.privacy", "time.left", "steps.", "side.", "help.button", "help.prefer_officer")
"""Texts that are read, not said."""


def spoken(language: str) -> dict[str, str]:
    """Texts that are said aloud, by key. "left" is put in where a text names a side."""
    prompts: dict[str, str] = json.loads((FOLDER / "prompts" / f"{language}.json").read_text())["prompts"]
    side = prompts["side.left"]
    return {key: text.replace("{side}", side) for key, text in prompts.items() if not key.startswith(SILENT)}


def speak(text: str, language: str, target: Path) -> None:
    speaking = ["espeak-ng", "-v", VOICES.get(language, language), "-s", str(WORDS_A_MINUTE), "--stdout", text]
    wav = subprocess.run(speaking, check=True, capture_output=True).stdout
    packing = ["opusenc", "--quiet", "--bitrate", str(KBIT_S), "-", str(target)]
    subprocess.run(packing, check=True, input=wav)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", nargs="*", default=list(LANGUAGES), choices=LANGUAGES)
    arguments = parser.parse_args()
    for program in ("espeak-ng", "opusenc"):
        if shutil.which(program) is None:
            raise SystemExit(f"make_voice: there is no {program}: apt-get install espeak-ng opus-tools")
    for language in arguments.language:
        folder = arguments.folder / language
        folder.mkdir(parents=True, exist_ok=True)
        said = spoken(language)
        for key, text in said.items():
            speak(text, language, folder / f"{key}.opus")
        print(f"{language}: {len(said)} texts")


if __name__ == "__main__":
    main()
