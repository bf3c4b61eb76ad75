"""Recorded crossings are played again to the same end and the same door movements, and become scenarios that run."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli.incident import story_of, toml_of
from cli.main import app
from cli.reference_journals import STORIES, gist, recorded
from cli.replay_commands import REFERENCES
from cli.replay_places import came_by_exit, miscounts, places_of
from cli.replay_play import Replayed, replay
from cli.scenario_play import SITES, play_virtual
from cli.tape import same_moves, tape_of, tapes_in
from config.load import ConfigRefused, load
from kiosk.image_models import load_measurer
from kiosk.recorded import RecordedMeasure
from kiosk.tracking import Track
from records.facts import checked
from records.model import Entry
from records.track import MAX_SAMPLES, TEXT, Sample, Sign, TrackFaulty, packed, unpacked
from simulators.pages import figures
from simulators.scenario import load_scenario
from simulators.world import CHAMBER_MM
from tests.kiosk.statuses import ENCLOSED

SAMPLES = st.lists(
    st.builds(
        Sample,
        st.integers(0, 90_000),
        st.none() | st.integers(0, 9),
        st.integers(0, 0xFFF),
        st.integers(0, 0xFFF),
    ),
    max_size=80,
)
RUNS = tuple(name for name in STORIES if name not in ("e35-fire-while-inside",))


@pytest.fixture(scope="module")
def measurer() -> RecordedMeasure:
    return RecordedMeasure(load_measurer(load(SITES / "virtual.toml").site))


# --- the track ---


@pytest.mark.slow
@given(SAMPLES)
def test_a_track_reads_as_it_was_written(samples: list[Sample]) -> None:
    texts = list(packed(samples))
    assert unpacked(texts) == tuple(samples)
    assert all(len(text) <= TEXT for text in texts)
    for text in texts:
        checked({"samples": text})  # the journal takes it: nothing in it looks like a zone


def test_a_flickering_beam_does_not_fill_the_journal() -> None:
    assert len(unpacked(packed([Sample(at, 1, at % 2, 0) for at in range(5000)]))) == MAX_SAMPLES


@pytest.mark.parametrize("word", ["", "1.2.3", "a.1.000.0", "1.1.xyz.0", "1.1.000.0.0"])
def test_what_is_no_track_is_refused(word: str) -> None:
    if word:
        with pytest.raises(TrackFaulty):
            unpacked([word])
    entry = Entry("g", "b", 1, "t", "track", 0.0, (("samples", word or "?"),), "", "")
    with pytest.raises(ConfigRefused, match="no sample"):
        tape_of("t", [entry])


@given(st.builds(Sample, st.just(0), st.integers(0, 2), st.integers(0, 0xFFF), st.just(0)))
def test_as_many_stand_inside_as_were_counted(sample: Sample) -> None:
    places = places_of(sample, 2, [900.0, -600.0])
    assert sum(0 < x_mm < CHAMBER_MM for x_mm in places) == sample.persons


# --- playing again ---


@pytest.mark.slow
@pytest.mark.parametrize("name", STORIES)
def test_a_reference_is_played_to_the_same_end_and_movements(name: str) -> None:
    (tape,) = tapes_in(REFERENCES / f"{name}.jsonl")
    result = replay(tape)
    assert (result.played.outcome, result.played.reason) == (tape.outcome, tape.reason)
    assert result.same_moves, (tape.moves(), result.played.moves())


@pytest.mark.slow
@pytest.mark.parametrize("name", STORIES)
def test_the_lane_still_records_what_the_reference_says(name: str, measurer: RecordedMeasure) -> None:
    """A difference is a change of behaviour: own it with `egate replay --update-references`."""
    (reference,) = tapes_in(REFERENCES / f"{name}.jsonl")
    assert gist(recorded(name, measurer)) == gist(reference)


def test_another_end_or_another_movement_is_seen() -> None:
    (passed,) = tapes_in(REFERENCES / "n1-one-traveller.jsonl")
    (turned,) = tapes_in(REFERENCES / "e20-impostor.jsonl")
    assert passed.moves() and turned.moves()
    assert same_moves(passed, passed)
    assert not same_moves(passed, turned)


def test_nobody_of_the_cast_is_named_in_a_reference() -> None:
    names = {part for figure in figures() for part in figure.name.lower().split()}
    for path in REFERENCES.glob("*.jsonl"):
        text = path.read_text(encoding="utf-8").lower()
        assert not [name for name in names if f'"{name}' in text or f" {name} " in text]


# --- as a scenario ---


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_an_incident_becomes_a_scenario_that_ends_alike(name: str, tmp_path: Path, measurer: RecordedMeasure) -> None:
    (tape,) = tapes_in(REFERENCES / f"{name}.jsonl")
    file = tmp_path / "incident.toml"
    file.write_text(toml_of(story_of(tape)), encoding="utf-8")
    scenario = load_scenario(file)
    with tempfile.TemporaryDirectory() as folder:
        seen = play_virtual(scenario, measurer, Path(folder), 1)
    assert (seen.crossings[0].outcome, seen.crossings[0].reason) == (tape.outcome, tape.reason)


def test_what_a_journal_does_not_tell_is_refused() -> None:
    facts = (("outcome", "REFERRED"), ("reason", "clock_invalid"))
    tape = tape_of("t", [Entry("g", "b", 1, "t", "sealed", 1.0, facts, "", "")])
    with pytest.raises(ConfigRefused, match="write the scenario by hand"):
        story_of(tape)
    with pytest.raises(ConfigRefused, match="no track"):
        replay(tape)


# --- the commands ---


def test_the_commands(tmp_path: Path) -> None:
    run = CliRunner().invoke
    played = run(app, ["replay", str(REFERENCES / "e10-none.jsonl"), "--json"])
    assert played.exit_code == 0 and '"same_moves": true' in played.stdout
    told = run(app, ["scenario", "from-journal", str(REFERENCES / "e20-impostor.jsonl")])
    assert told.exit_code == 0 and 'face = "impostor"' in told.stdout
    for arguments in (["replay"], ["replay", str(tmp_path / "none.sqlite")]):
        assert run(app, arguments).exit_code != 0
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{}\n", encoding="utf-8")
    refused = run(app, ["replay", str(broken)])
    assert "line 1" in str(refused.exception)


# --- what a track tells beside people and beams ---


DOUBT, EXIT_OFF, ENTRY_OFF = Sign.DOUBT.value, Sign.EXIT_OFF.value, Sign.ENTRY_OFF.value
MIDDLE, BEFORE_EXIT = 0x060, 0x600


def test_a_counter_that_contradicts_the_beams_for_long_is_not_believed() -> None:
    doubled = [Sample(0, 0, 0, 0), Sample(1000, 2, MIDDLE, DOUBT), Sample(1400, 2, MIDDLE, DOUBT)]
    assert miscounts(doubled) == (0, 1, 1)
    assert miscounts([*doubled, Sample(1500, 1, MIDDLE, 0)]) == (0, 0, 0, 0)
    assert miscounts([Sample(0, 2, MIDDLE | BEFORE_EXIT, DOUBT)]) == (0,)
    assert miscounts([Sample(0, 2, MIDDLE, 0), Sample(5000, 0, 0, 0)]) == (0, 0)


def test_who_comes_in_by_the_open_exit_is_told_from_who_comes_by_the_entry() -> None:
    one, doubted, two = (1, MIDDLE, EXIT_OFF), (1, MIDDLE | BEFORE_EXIT, EXIT_OFF | DOUBT), (2, MIDDLE, EXIT_OFF)
    assert came_by_exit([Sample(0, *one), Sample(1, *doubted), Sample(2, *two)]) == 1
    assert came_by_exit([Sample(0, *one), Sample(1, *two)]) == 1
    assert came_by_exit([Sample(0, *two), Sample(1, *one)]) is None
    assert came_by_exit([Sample(0, 1, MIDDLE, ENTRY_OFF), Sample(1, 2, MIDDLE, ENTRY_OFF)]) is None


def test_a_door_controller_that_starts_anew_is_on_the_track() -> None:
    track = Track()
    for at_s, uptime_s in ((1.0, 7), (1.1, 7), (1.2, 0), (1.3, 0), (1.4, 1)):
        track.see(replace(ENCLOSED, observed_at_s=at_s, uptime_s=uptime_s))
    assert [(each.at_ms, bool(each.signs & Sign.RESTARTED)) for each in track.samples] == [
        (1000, False),
        (1200, True),
        (1300, False),
    ]


def test_a_crossing_that_goes_otherwise_is_told_in_one_sentence() -> None:
    (passed,) = tapes_in(REFERENCES / "n1-one-traveller.jsonl")
    (turned,) = tapes_in(REFERENCES / "e20-impostor.jsonl")
    assert Replayed(passed, passed).difference == "" and Replayed(passed, passed).shifted_s == 0.0
    told = Replayed(passed, turned).difference
    assert "recorded PASSED passed, entry opens" in told and "played REFERRED face_differs" in told
