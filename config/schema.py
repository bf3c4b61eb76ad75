"""The shape of a site file. Every key is typed, bounded and described; an unknown one is an error."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.devices import (
    SIMULATED,
    SIMULATED_KINDS,
    Camera,
    CombinedReader,
    Display,
    Doors,
    ModbusDoors,
    Officer,
    OpencvCamera,
    Panel,
    Reader,
    SerialReader,
    TravelRegister,
)
from config.section import Section, broken_rule
from config.services import Centre, Retention, ServiceLine

TOTAL_S = 60.0
"""A crossing's machine-driven time ends here, whatever a site file says (egates note, E42)."""

MARGIN_S = 1.0
"""Kept free for ordering doors and sealing the record."""

Code = Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")]
CodeOrAny = Annotated[str, Field(pattern=r"^([A-Z]{1,3}|any)$")]
DocumentTypeName = Literal["TD1", "TD2", "TD3", "MRVA", "MRVB", "IDFRA"]


class Journal(Section):
    """Where the lane's record is kept."""

    path: str = Field(min_length=1, title="file", description="SQLite file, relative to the site file.")
    key_file: str | None = Field(
        default=None,
        min_length=1,
        title="key file",
        description="The gate's own key; only a simulated lane goes without.",
    )


class Simulation(Section):
    """Only where production is false."""

    seed: int = Field(default=1, ge=0, le=2**31 - 1, title="seed", description="The same seed, the same run.")
    speed: float = Field(
        default=1.0, ge=0.1, le=20.0, title="speed", description="How fast simulated people walk and doors move."
    )


class FaceWork(Section):
    """How the live face is looked at."""

    attack_profile: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9_-]{1,40}$",
        title="attack profile",
        description="Made for this camera and light; without it, attack detection is recorded as not supported.",
    )


class Policy(Section):
    """Who may cross by machine. What does not fit goes to an officer; the machine refuses nobody."""

    document_types: frozenset[DocumentTypeName] = Field(
        default=frozenset({"TD3"}),
        min_length=1,
        strict=False,
        title="document types",
        description="Layouts that this lane takes.",
    )
    nationalities: frozenset[Code] = Field(
        default=frozenset(),
        strict=False,
        title="nationalities",
        description="ICAO codes that this lane takes; empty = all.",
    )
    mrz_only_issuers: frozenset[CodeOrAny] = Field(
        default=frozenset(),
        strict=False,
        title="issuers accepted without a chip",
        description='ICAO codes whose documents are accepted on their MRZ alone, or "any". Empty = none.',
    )
    minimum_age: int = Field(default=12, ge=0, le=30, title="minimum age", description="In years, on the day.")
    target_fmr: float = Field(
        default=5e-4, ge=1e-6, le=1e-3, title="false match rate", description="Chooses the calibrated threshold."
    )
    calibration: str = Field(
        default="sface", pattern=r"^[a-z0-9_-]{1,40}$", title="calibration", description="Name of the threshold table."
    )
    grey_zone: float = Field(
        default=0.03,
        ge=0.0,
        le=0.2,
        title="grey zone",
        description="A score this far below the threshold is adjudicated.",
    )
    require_page_portrait: bool = Field(
        default=True, title="page portrait", description="The page's printed portrait must be found and agree."
    )
    page_target_fmr: float = Field(
        default=1e-3, ge=1e-5, le=5e-2, title="false match rate of the page", description="For the printed portrait."
    )
    require_attack_detection: bool = Field(
        default=False, title="attack detection", description="Refer everybody while attack detection is not supported."
    )
    watchlist_max_age_s: float = Field(
        default=14400.0,
        ge=0.0,
        le=86400.0,
        title="age of the watchlist",
        description="An older snapshot clears nobody.",
    )
    grants_offline: bool = Field(
        default=False,
        title="grants without a network",
        description="D2: while the register is silent, its answer may come from the gate's own copy.",
    )
    copy_max_age_s: float = Field(
        default=14400.0,
        ge=60.0,
        le=86400.0,
        title="age of the copy",
        description="D2: since the register last confirmed the copy.",
    )
    copy_fresh_s: float = Field(
        default=60.0,
        ge=1.0,
        le=300.0,
        title="fresh copy",
        description="Confirmed so recently, the copy is as good as the register.",
    )
    require_lost_list: bool = Field(
        default=False,
        title="list of lost documents",
        description="Refer everybody while the register has no list of lost documents.",
    )
    document_pause_s: float = Field(
        default=300.0,
        ge=0.0,
        le=86400.0,
        title="pause of a document",
        description="E17: so long after a passage the same document passes no lane of the hall.",
    )
    accept_reported_chip: bool = Field(
        default=False,
        title="the reader's word on a chip",
        description="A chip that the reader itself calls genuine lets documents in that need one.",
    )
    document_attempts: int = Field(
        default=3, ge=1, le=3, title="document attempts", description="Readings of the page in one crossing."
    )
    face_attempts: int = Field(
        default=3, ge=1, le=3, title="face attempts", description="Captures in one crossing; the threshold stays."
    )


def _limit(default: float, floor: float, ceiling: float, title: str, description: str) -> float:
    return Field(default=default, ge=floor, le=ceiling, title=title, description=description)


class Limits(Section):
    """How long each step may take, in seconds. Together never more than 60 s of machine-driven time."""

    place_document_s: float = _limit(8, 3, 20, "document laid down", "T1: until the document lies well; also again.")
    read_document_s: float = _limit(8, 2, 15, "document read", "T2: reading the page, all attempts.")
    register_s: float = _limit(3, 0.5, 10, "register", "T3: the register's answer; then the degraded rule.")
    register_slow_s: float = _limit(0.8, 0.2, 3, "register slow", "D1: half a minute of answers later than this.")
    watchlist_s: float = _limit(3, 0.5, 10, "watchlist", "T3, T8: the watchlist's answer.")
    take_document_s: float = _limit(8, 3, 20, "document taken", "T4: until the passport is off the reader.")
    enter_s: float = _limit(10, 4, 30, "walk in", "T4: until somebody is inside.")
    enclose_s: float = _limit(4, 2, 15, "entry closes", "T5: until one person is alone behind locked doors.")
    face_attempt_s: float = _limit(8, 2, 15, "one face attempt", "T6: one capture.")
    face_s: float = _limit(20, 5, 30, "face", "T6: all captures.")
    match_s: float = _limit(2, 0.5, 5, "match", "T7: the comparison of one capture.")
    until_decision_s: float = _limit(44, 20, 54, "until the decision", "T1 to T9 together.")
    commit_s: float = _limit(1, 0.2, 3, "commit", "T9: until the decision is durable; then the exit stays shut.")
    leave_s: float = _limit(8, 4, 20, "walk out", "T10: until the person is out.")
    close_s: float = _limit(4, 2, 15, "exit closes", "T11: until both doors are locked again.")
    clear_s: float = _limit(2, 1, 10, "clear", "T12: until chamber and reader are empty.")
    adjudicate_s: float = _limit(15, 5, 30, "adjudication", "E21: the officer's answer to a case.")
    hold_s: float = _limit(60, 15, 60, "hold", "I5: a hold ends unless an officer renews it.")

    @model_validator(mode="after")
    def _within_the_total(self) -> Self:
        total = self.until_decision_s + self.leave_s + self.close_s
        if total > TOTAL_S:
            raise broken_rule(
                "until_decision_s",
                f"until_decision_s, leave_s and close_s are {total:g} s together, "
                f"more than the {TOTAL_S:g} s of a crossing",
            )
        if self.until_decision_s + self.adjudicate_s + MARGIN_S > TOTAL_S:
            raise broken_rule(
                "adjudicate_s",
                f"until_decision_s and adjudicate_s leave less than {MARGIN_S:g} s of the {TOTAL_S:g} s of a crossing",
            )
        if self.face_attempt_s > self.face_s:
            raise broken_rule("face_attempt_s", "face_attempt_s is longer than face_s")
        return self


class Site(Section):
    """One lane."""

    version: str = Field(
        pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$",
        title="version",
        description="Of this file; change it with the file.",
    )
    lane: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$", title="lane", description="The lane's short name.")
    direction: Literal["entry", "exit"] = Field(title="direction", description="Into the state, or out of it.")
    production: bool = Field(title="production", description="True refuses everything simulated.")
    reader: Reader = Field(title="document reader", description="What reads the page.")
    camera: Camera = Field(title="camera", description="What sees the face.")
    doors: Doors = Field(title="doors", description="What moves and watches the doors.")
    display: Display = Field(title="display", description="What the traveller sees.")
    panel: Panel = Field(title="panel", description="Lane sign and buttons.")
    officer: Officer = Field(title="officer", description="How a supervising officer is reached.")
    travel_register: TravelRegister = Field(alias="register", title="register", description="Who knows the visas.")
    journal: Journal = Field(title="journal", description="Where the record is kept.")
    centre: Centre | None = Field(default=None, title="centre", description="Where the record is sent besides.")
    retention: Retention | None = Field(
        default=None, title="retention", description="For how long the record is kept; without it, for ever."
    )
    face: FaceWork = Field(default=FaceWork(), title="face", description="How the live face is looked at.")
    policy: Policy = Field(default=Policy(), title="policy", description="Who may cross by machine.")
    limits: Limits = Field(default=Limits(), title="limits", description="How long each step may take.")
    simulation: Simulation | None = Field(default=None, title="simulation", description="How simulators run.")

    @property
    def register_file(self) -> str:
        """The embedded register's file, for whoever fills it. Raises ValueError where the register is a service."""
        if isinstance(self.travel_register, ServiceLine):
            raise ValueError(f"site {self.lane}: the register is a service and has no file")
        return self.travel_register.path

    @model_validator(mode="after")
    def _production_is_real(self) -> Self:
        if not self.production:
            return self
        simulated = next(simulated_parts(self), None)
        if simulated is not None:
            raise broken_rule(simulated, f"a production lane takes no simulator: [{simulated}] is simulated")
        if self.journal.key_file is None:
            raise broken_rule("journal", "a production lane keys its journal: [journal] has no key_file")
        for name, line in services(self):
            if not line.is_secured:
                raise broken_rule(f"{name}.url", f"a production lane speaks TLS: say https:// in [{name}]")
        return self

    @model_validator(mode="after")
    def _buttons_are_on_a_page(self) -> Self:
        if self.panel.kind == "web" and self.display.kind != "web":
            raise broken_rule("panel.kind", 'buttons of kind "web" are on the page: set kind = "web" in [display] too')
        return self

    @model_validator(mode="after")
    def _simulated_line_has_no_parity(self) -> Self:
        for name, section in wires(self):
            if section.port == SIMULATED and section.parity != "N":
                raise broken_rule(
                    f"{name}.parity", f'a simulated line is a pty and takes no parity: set parity = "N" in [{name}]'
                )
        return self


def wires(site: Site) -> Iterator[tuple[str, SerialReader | ModbusDoors]]:
    """The serial lines of a site with their sections' names."""
    if isinstance(site.reader, SerialReader):
        yield "reader", site.reader
    if isinstance(site.reader, CombinedReader):
        yield "reader.serial", site.reader.serial
    if isinstance(site.doors, ModbusDoors):
        yield "doors", site.doors


def services(site: Site) -> Iterator[tuple[str, ServiceLine]]:
    """The services of a site with their sections' names."""
    if isinstance(site.travel_register, ServiceLine):
        yield "register", site.travel_register
    if site.centre is not None:
        yield "centre", site.centre


def simulated_parts(site: Site) -> Iterator[str]:
    """The names of the sections that are simulated, by their kind or at the far end of their wire."""
    for name in ("reader", "camera", "doors", "display", "panel", "officer"):
        if getattr(site, name).kind in SIMULATED_KINDS:
            yield name
    for name, section in wires(site):
        if section.port == SIMULATED:
            yield name
    if isinstance(site.camera, OpencvCamera) and site.camera.source == SIMULATED:
        yield "camera"
    if site.simulation is not None:
        yield "simulation"
