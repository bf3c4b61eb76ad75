"""A site file is taken as it is, or refused in one sentence with file, line and key."""

import hashlib
from pathlib import Path

import pytest

from config.load import ConfigRefused, load, parse
from config.schema import Limits, simulated_parts
from tests.config.conftest import SITES

FILE = Path("site.toml")


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigRefused) as refused:
        parse(text.encode(), FILE)
    assert str(refused.value) == refused.value.faults[0]
    return refused.value.faults


@pytest.mark.parametrize("file", sorted(SITES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_shipped_site_is_good(file: Path) -> None:
    loaded = load(file)
    assert loaded.digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert loaded.site.version


def test_the_demonstration_runs_on_simulated_wires_and_the_virtual_lane_on_none() -> None:
    assert list(simulated_parts(load(SITES / "demo.toml").site)) == [
        "display", "panel", "officer", "reader.serial", "doors", "camera", "simulation",
    ]  # fmt: skip
    virtual = load(SITES / "virtual.toml").site
    assert (virtual.reader.kind, virtual.camera.kind, virtual.doors.kind) == ("simulated",) * 3


def test_the_production_example_lacks_only_screen_lamps_and_console() -> None:
    site = load(SITES / "production-example.toml").site
    assert list(simulated_parts(site)) == ["display", "panel", "officer"]
    assert site.doors.kind == "modbus"
    assert (site.doors.baud, site.doors.parity) == (115200, "E")


def test_paths_are_relative_to_the_file(site_file: Path) -> None:
    loaded = load(site_file)
    assert loaded.resolve(loaded.site.journal.path) == site_file.parent.resolve() / "journal.sqlite"
    assert loaded.resolve("/var/lib/x") == Path("/var/lib/x")


KEYS = [
    ("baud = 115200", "buad = 115200", "29: 'doors.buad' is no key that is known here: did you mean 'baud'?"),
    ("[simulation]", "[simulaton]", "57: 'simulaton' is no key that is known here: did you mean 'simulation'?"),
    ("[register]", "[registre]", "1: 'register' is missing at the top of the file."),
    ("profile =", "zzz =", "15: 'reader.serial.zzz' is no key that is known here."),
    ('kind = "modbus"', 'kind = "modbuss"', "26: 'doors.kind' is not one of modbus, simulated: did you mean 'modbus'?"),
    ('kind = "modbus"', "", "26: 'doors.kind' is missing in [doors]: it chooses the device."),
    ('lane = "demo-1"\n', "", "1: 'lane' is missing at the top of the file."),
    ('path = "journal.sqlite"', "", "47: 'journal.path' is missing in [journal]."),
]
VALUES = [
    ("baud = 115200", "baud = 5", "29: 'doors.baud' is 5: input should be greater than or equal to 1200."),
    ("baud = 115200", 'baud = "5"', "29: 'doors.baud' is '5': input should be a valid integer."),
    ("production = false", "production = 0", "5: 'production' is 0: input should be a valid boolean."),
    ("cycle_hz = 50", "cycle_hz = nan", "32: 'doors.cycle_hz' is nan: input should be a finite number."),
    ('lane = "demo-1"', 'lane = ""', "3: 'lane' is '': string should match pattern"),
    ('types = ["TD3"]', 'types = ["TD3",\n"TD9"]', "52: 'policy.document_types.1' is 'TD9': input should be 'TD1', "),
    ("minimum_age = 12", "minimum_age = 99", "54: 'policy.minimum_age' is 99: input should be less than or equal"),
    ("target_fmr = 5e-4", "target_fmr = 0.5", "55: 'policy.target_fmr' is 0.5: input should be less than or equal"),
    ("[policy]", "[limits]\nhold_s = 61\n[policy]", "51: 'limits.hold_s' is 61: input should be less than or equal"),
]
RULES = [
    ("seed = 7", "seed = ", "58: this is not TOML: invalid value."),
    ("seed = 7", "seed = 7\nseed = 8", "59: this is not TOML: cannot overwrite a value."),
    (
        'parity = "N" # a pty',
        'parity = "E" # a pty',
        '14: a simulated line is a pty and takes no parity: set parity = "N" in [reader.serial].',
    ),
    (
        "production = false",
        "production = true",
        "34: a production lane takes no simulator: [display] is simulated.",
    ),
    (
        "[policy]",
        "[limits]\nuntil_decision_s = 54\nadjudicate_s = 5\n[policy]",
        "51: until_decision_s, leave_s and close_s are 66 s together, more than the 60 s of a crossing.",
    ),
    (
        "[policy]",
        "[limits]\nadjudicate_s = 16\n[policy]",
        "51: until_decision_s and adjudicate_s leave less than 1 s of the 60 s of a crossing.",
    ),
    ("[policy]", "[limits]\nface_s = 5\n[policy]", "50: face_attempt_s is longer than face_s."),
]


@pytest.mark.parametrize(("old", "new", "fault"), KEYS + VALUES + RULES)
def test_what_is_wrong_is_told_with_line_and_key(demo: str, old: str, new: str, fault: str) -> None:
    assert demo.count(old) == 1
    assert faults(demo.replace(old, new))[0].startswith(f"site.toml:{fault}")


def test_all_faults_are_told_in_the_order_of_the_file(demo: str) -> None:
    text = demo.replace("baud = 115200", "buad = 115200").replace("minimum_age = 12", "minimum_age = -1")
    told = faults(text.replace('lane = "demo-1"', "lane = 1"))
    assert [fault.split(":")[1] for fault in told] == ["3", "29", "54"]


def test_a_production_lane_is_refused_for_each_simulated_part_and_for_a_journal_without_a_key(
    demo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No real display exists yet, so the parts are given to the rule one by one."""
    parts = list(simulated_parts(parse(demo.encode(), FILE).site))
    production = demo.replace("production = false", "production = true")
    for index, part in enumerate(parts):
        monkeypatch.setattr("config.schema.simulated_parts", lambda _, index=index: iter(parts[index:]))
        assert f"[{part}] is simulated" in faults(production)[0]
    monkeypatch.setattr("config.schema.simulated_parts", lambda _: iter(()))
    assert faults(production) == ("site.toml:47: a production lane keys its journal: [journal] has no key_file.",)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'version = "\xff"', "site.toml:1: this is not UTF-8 text"),
        (b"#\n" * 600_000, "site.toml: this is larger than 1000000 bytes"),
        (b"a = [1,\n", "site.toml:1: this is not TOML"),
    ],
)
def test_a_file_that_is_no_site(content: bytes, fault: str) -> None:
    with pytest.raises(ConfigRefused) as refused:
        parse(content, FILE)
    assert str(refused.value).startswith(fault)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigRefused, match=r"absent.toml: the site file cannot be read \(No such file"):
        load(tmp_path / "absent.toml")


def test_the_limits_fit_the_total_by_default() -> None:
    limits = Limits()
    assert limits.until_decision_s + limits.leave_s + limits.close_s <= 60


def test_a_site_cannot_be_changed(demo: str) -> None:
    site = parse(demo.encode(), FILE).site
    with pytest.raises(ValueError, match="frozen"):
        site.lane = "other"  # type: ignore[misc]  # that it is refused is what is tested
