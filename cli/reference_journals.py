"""The reference journals: crossings of the scenario library, recorded by the lane as it is and committed.

They change by `egate replay --update-references` alone, so that a change of behaviour is seen in a diff and owned.
"""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cli.journal_commands import plain
from cli.scenario_library import checked
from cli.scenario_play import SITES, play_virtual
from cli.tape import Tape, tapes_in
from config.load import load
from kiosk.image_models import load_measurer
from kiosk.recorded import RecordedMeasure
from records.model import SEALED
from records.track import KIND as TRACK

LIBRARY = Path(__file__).parents[1] / "simulators" / "scenarios"
STORIES = (
    "n1-one-traveller",
    "e10-none",
    "e13-two-persons",
    "e16-bag-left",
    "e20-impostor",
    "e23-does-not-leave",
    "e25-help",
    "e32-camera",
    "e35-fire-while-inside",
    "e38-killed-before-the-face",
)
DROPPED = frozenset({"software", "settings"})
"""Facts that change with every release and tell nothing of behaviour."""


LEFT = DROPPED | {"mark", "at"}
BEHAVIOUR = frozenset(
    {"opened", "step", "page_read", "register_answered", "cleared", "face_attempt", "decided", "exit_opened", "passed",
     "annulled", "officer", "pressed", "hold", "device_call", TRACK, SEALED}
)  # fmt: skip
ENDING = frozenset({"outcome", "reason", "modes"})


def update(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Record each anew; True where the file is another one than before."""
    folder.mkdir(exist_ok=True)
    measurer = RecordedMeasure(load_measurer(load(SITES / "virtual.toml").site))
    for name in STORIES:
        path = folder / f"{name}.jsonl"
        text = "".join(f"{line}\n" for line in lines_of(recorded(name, measurer)))
        changed = not path.is_file() or path.read_text(encoding="utf-8") != text
        path.write_text(text, encoding="utf-8")
        yield path, changed


def recorded(name: str, measurer: RecordedMeasure) -> Tape:
    """The first crossing of a scenario, as the lane records it now."""
    scenario = checked(LIBRARY / f"{name}.toml")
    with tempfile.TemporaryDirectory(prefix="egate-reference-") as folder:
        play_virtual(scenario, measurer, Path(folder), scenario.scenario.seed)
        return tapes_in(Path(folder) / "journal.sqlite")[0]


def lines_of(tape: Tape) -> Iterator[str]:
    """JSON lines without digests, marks and versions: what the lane did."""
    for entry in tape.entries:
        said = plain(entry)
        del said["digest"]
        said["at_s"] = round(entry.at_s, 6)
        said["facts"] = {name: value for name, value in entry.facts if name not in DROPPED and name != "mark"}
        yield json.dumps(said)


def gist(tape: Tape) -> list[str]:
    """What the lane did, as another computer must record it too: scores differ in their last digits between processors,
    and a new kind of note is no new behaviour.
    """
    return [
        f"{round(1000 * (entry.at_s - tape.began_s))} ms {entry.kind} "
        + " ".join(f"{name}={value}" for name, value in entry.facts if _is_certain(entry.kind, name, value))
        for entry in tape.entries
        if entry.kind in BEHAVIOUR
    ]


def _is_certain(kind: str, name: str, value: object) -> bool:
    return not isinstance(value, float) and name not in LEFT and (kind != SEALED or name in ENDING)
