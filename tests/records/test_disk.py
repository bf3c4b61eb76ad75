"""After crossings, every file that the gate has written is looked into: no face, no zone, no name, no number."""

import tempfile
from pathlib import Path

import pytest

from benchmarks.lane import regulars
from biometrics.model import FaceCapture
from cli.simulation import VIRTUAL_START, Simulation, make_visitors
from config.load import load
from config.schema import Site
from kiosk.image_models import load_measurer
from kiosk.measure import Measurer
from kiosk.recorded import RecordedMeasure
from simulators.population import Story, Visitor

VIRTUAL = Path(__file__).parents[2] / "config" / "sites" / "virtual.toml"
IMAGES = (b"\xff\xd8\xff", b"\x89PNG", b"JFIF", b"WEBPVP8")
CONTROLS = [Story.GENUINE, Story.IMPOSTOR, Story.NO_VISA]


def cross(folder: Path, visitors: list[Visitor], measurer: Measurer, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every file that the gate left, its temporary folder included; the register lies elsewhere."""
    gate = folder / "gate"
    gate.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(gate))
    site = _with_register_outside(load(VIRTUAL).site)
    simulation = Simulation(site, visitors, gate, measurer=lambda: measurer)
    assert len(simulation.on_the_virtual_clock()) == len(visitors)
    return [file for file in gate.rglob("*") if file.is_file()]


def _with_register_outside(site: Site) -> Site:
    register = site.travel_register.model_copy(update={"path": "../authority.sqlite"})
    return site.model_copy(update={"travel_register": register})


def personal(visitor: Visitor) -> list[bytes]:
    """What of this visitor must not be found: the zone's lines, numbers, names, and a piece of each portrait."""
    texts = list(visitor.page.lines)
    for visa in visitor.visas:
        texts += [visa.document_number, visa.surname, visa.given_names]
    return [text.encode() for text in texts] + [visa.portrait[200:232] for visa in visitor.visas if visa.portrait]


def found(files: list[Path], visitors: list[Visitor]) -> list[str]:
    """Names of the files that hold anything personal or any image."""
    sought = {piece for visitor in visitors for piece in personal(visitor)} | set(IMAGES)
    assert all(len(piece) >= 3 for piece in sought)
    return [file.name for file in files if any(piece in file.read_bytes() for piece in sought)]


@pytest.mark.slow
def embeddings(measure: RecordedMeasure) -> list[bytes]:
    """Of every face that was measured: a piece of its numbers as they lie in memory, and three of them as text."""
    captures = [answer for answer in measure.known.values() if isinstance(answer, FaceCapture)]
    vectors = [capture.template.vector for capture in captures if capture.template is not None]
    texts = [repr(float(value)).encode() for vector in vectors for value in vector[:3]]
    return [vector.tobytes()[64:96] for vector in vectors] + texts


def test_nothing_of_a_traveller_is_on_the_gates_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    visitors = make_visitors(len(CONTROLS), 1, VIRTUAL_START, told=CONTROLS)
    measure = RecordedMeasure(load_measurer(load(VIRTUAL).site))
    files = cross(tmp_path, visitors, measure, monkeypatch)
    assert "journal.sqlite" in {file.name for file in files}
    assert found(files, visitors) == []
    sought = embeddings(measure)
    assert len(sought) >= 8 * 4, "portraits and frames of several"
    assert [file.name for file in files if any(piece in file.read_bytes() for piece in sought)] == []
    assert found([tmp_path / "authority.sqlite"], visitors), "the search finds nothing even where everything is"


@pytest.mark.long
def test_nothing_is_there_after_a_thousand_crossings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, long_scale: float
) -> None:
    visitors = regulars(round(1000 * long_scale), seed=1)
    files = cross(tmp_path, visitors, RecordedMeasure(load_measurer(load(VIRTUAL).site)), monkeypatch)
    assert found(files, visitors) == []
