"""The shape of a scenario file: who comes, what happens, what the officer does, and what must then be observed.

Typed and frozen like a site file (config/section.py): an unknown key is an error that names the line and the nearest
key. Times are seconds of the simulated lane.
"""

from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, model_validator

from config.load import content_of, validated
from config.section import Section, broken_rule
from drivers.model import Button, ChipVerdict, LaneCommand, OfficerAction, Prompt
from link.staff import StaffRole
from simulators.breakdowns import Breakdown
from simulators.faults import How
from simulators.species import Species
from simulators.world import Luggage

T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(strict=False)]
Shown = Annotated[Prompt, Field(strict=False)]
Broken = Annotated[Breakdown, Field(strict=False)]
Path_ = Annotated[str, Field(pattern=r"^E([1-9]|[1-3][0-9]|4[0-6])b?$")]
Paragraph = Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+$")]
PageKind = Literal["good", "cover", "blurred", "upside_down", "wrong_check_digit", "id_card", "device_says_other"]
VisaState = Literal[
    "valid", "none", "expired", "not_yet_valid", "used_up", "suspended", "cancelled", "other_document", "near_match",
    "several", "not_synchronised", "name_differs", "without_portrait",
]  # fmt: skip
CompanionName = Literal["nobody", "adult", "child_at_hand", "child_on_arm", "child_crawling", "wheelchair_user"]
BehaviourName = Literal[
    "walks_through", "walks_away", "brings_friend", "leaves_bag", "stays", "hesitates", "forgets_passport",
    "pulls_early", "lets_no_page_lie", "will_not_go_back", "lies_down", "goes_by_itself",
]  # fmt: skip
WhenName = Literal[
    "start", "page_laid", "entry_open", "entering", "inside", "examined", "decided", "exit_opening", "exit_open",
    "exit_closing", "passing", "sealed", "nobody_inside",
]  # fmt: skip
Device = Literal["reader", "camera", "doors", "display", "panel", "officer", "register"]


class About(Section):
    """What the file is."""

    title: str = Field(min_length=5, max_length=120)
    paths: Many[Path_] = Field(default=(), description="Exceptional paths, E1 to E46; none: the normal one.")
    proves: Many[Paragraph] = Field(min_length=1, description="Paragraphs of docs/guideline.md.")
    not_yet: str = Field(default="", description="Why it cannot run yet; it is listed and not run.")
    wire: bool = Field(default=False, description="Also runs over real wires, on the wall clock.")
    seed: int = Field(default=1, ge=0)
    lasts_s: float = Field(default=240.0, gt=0, le=900, description="The run ends here, whoever is still there.")


class Passport(Section):
    """What is laid on the reader."""

    of: str = Field(default="", description="The traveller whose passport it is; empty: one's own.")
    page: PageKind = "good"
    expired: bool = False
    age: int | None = Field(default=None, ge=0, le=110, description="In years; else the cast member's.")
    pictured: Literal["holder", "impostor"] = "holder"
    chip: Annotated[ChipVerdict, Field(strict=False)] = Field(
        default=ChipVerdict.NOT_SUPPORTED, description="What the reader says of it."
    )
    reported: Literal["lost", "stolen"] | None = Field(default=None, description="On the list of lost documents.")
    used: Literal["in_use", "passed", "referred"] | None = Field(
        default=None, description="What another lane of the hall made of it a moment ago."
    )


class Traveller(Section):
    """One visit. Each comes when the lane welcomes the next, in the order of the file."""

    name: str = Field(default="traveller", pattern=r"^[a-z][a-z0-9_]{0,19}$")
    cast: int | None = Field(default=None, ge=0, le=11, description="Which member of the cast; else the next one.")
    face: Literal["own", "impostor"] | str = Field(default="own", description="Or another traveller's name.")
    behaviour: BehaviourName = "walks_through"
    luggage: Many[Annotated[Luggage, Field(strict=False)]] = Field(
        default=(), description="What he has with him; with a wheelchair he sits in it."
    )
    companion: CompanionName = Field(default="nobody", description="Who comes in with him.")
    height_mm: int | None = Field(default=None, ge=700, le=2300)
    pace: float = Field(default=1.0, ge=0.1, le=4.0)
    covered: bool = Field(default=False, description="The lower half of the face.")
    shows: Annotated[Species | None, Field(strict=False)] = Field(default=None, description="An artefact of the face.")
    arrives_after_s: float = Field(default=0.0, ge=0)
    waits_for_welcome: bool = True
    passport: Passport = Passport()
    visa: VisaState = "valid"
    alert: Literal["none", "document", "person", "hold"] = "none"


class Moment(Section):
    """When something happens: a state of the lane in the `crossing`th crossing, or a time; then `after_s` more."""

    when: WhenName | None = None
    shown: Shown | None = Field(default=None, description="This prompt is shown.")
    at_s: float | None = Field(default=None, ge=0, description="Since the lane began.")
    after_s: float = Field(default=0.0, ge=0)
    crossing: int = Field(default=1, ge=1)


class Fault(Section):
    """A call of a device that goes wrong; the device itself never hears of it."""

    device: Device
    operation: str = Field(pattern=r"^[a-z_]+$")
    how: Annotated[How, Field(strict=False)]
    nth: int = Field(default=1, ge=0, description="Since the first crossing began; 0: every one.")
    late_s: float = Field(default=5.0, gt=0)


class Inputs(Section):
    """Wires and truths of the world."""

    fire: bool | None = None
    emergency_button: bool | None = None
    key_switch: bool | None = None
    mains: bool | None = None
    sensor_healthy: bool | None = None
    sensor_offset: int | None = None
    barriers_stuck: int | None = None
    illumination: float | None = Field(default=None, ge=0.01, le=5.0)


class Event(Moment):
    """Something happens. `lasts_s` later it is over, where it can be."""

    lasts_s: float = Field(default=0.0, ge=0, description="0: it stays.")
    world: Inputs | None = None
    breaks: Many[Broken] = Field(default=(), description="By name: simulators/breakdowns.py, `egate scenario faults`.")
    press: Annotated[Button | None, Field(strict=False)] = None
    appears: Literal["impostor"] | None = Field(default=None, description="A second person stands in the chamber.")
    through_exit: bool = Field(default=False, description="Somebody comes in from the state side.")
    swap_face: str = Field(default="", description="The face before the camera is from now on this traveller's.")
    uncovers: bool = False
    left: Literal["bag", "trolley"] | None = None
    alert: bool = Field(default=False, description="An alert on the traveller's document comes in.")
    reset_fault: bool = Field(default=False, description="The key is turned and the fault reset, by a right.")


class Officer(Moment):
    """With `on` an answer to a case of this reason; without, something done of his own accord."""

    on: str = ""
    does: Annotated[OfficerAction | None, Field(strict=False)] = None
    signs: Literal["in", "out"] | None = None
    commands: Annotated[LaneCommand | None, Field(strict=False)] = Field(default=None, description="Of the lane.")
    role: Annotated[StaffRole, Field(strict=False)] = StaffRole.SHIFT_SUPERVISOR
    takes_s: float = Field(default=3.0, ge=0)
    persons: int = Field(default=1, ge=1, le=2)
    renews: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _does_something(self) -> "Officer":
        if self.does is None and self.signs is None and self.commands is None and not self.renews:
            raise broken_rule("does", "an officer's entry needs does, signs, commands or renews")
        return self


class Crossing(Section):
    """How one crossing must end."""

    outcome: str
    reason: str
    within_s: float = Field(default=60.0, gt=0, description="From the document to the sealed record.")
    facts: dict[str, str | int | float | bool] = Field(default={}, description='"kind.fact" -> value, in its record.')
    notes: Many[str] = Field(default=(), description="Kinds of entries that must be in its record.")


class Quiet(Section):
    """From a prompt on nothing moves and nothing else is shown."""

    after: Shown
    for_s: float = Field(gt=0)


class Expect(Section):
    """What must be observed. What is not named here is not looked at."""

    crossing: Many[Crossing] = ()
    doors: Many[Literal["entry opens", "entry shut", "exit opens", "exit shut"]] | None = None
    screens: Many[Shown] = Field(default=(), description="In this order.")
    never_shown: Many[Shown] = ()
    alarms: Many[str] | None = Field(default=None, description="Reasons of all alarms, in order.")
    told: Many[str] = Field(default=(), description="Reasons that an officer is told, among others.")
    state_side: Many[str] = Field(default=(), description="Travellers who end there; all others end in the hall.")
    stranded: Many[str] = Field(default=(), description="Travellers who are still inside at the end.")
    lane: Literal["in_service", "closed", "maintenance"] | None = None
    answers: Many[Literal["done", "refused"]] | None = Field(
        default=None, description="What became of each command to the lane, in order."
    )
    quiet: Quiet | None = None
    released_within_s: float | None = Field(default=None, description="From the alarm to both doors moving.")


class Scenario(Section):
    """One file."""

    scenario: About
    site: dict[str, dict[str, str | int | float | bool | list[str]]] = Field(
        default={}, description="Changes to the site."
    )
    traveller: Many[Traveller]
    fault: Many[Fault] = ()
    event: Many[Event] = ()
    officer: Many[Officer] = ()
    expect: Expect

    @model_validator(mode="after")
    def _names_are_known(self) -> "Scenario":
        if not self.traveller:
            raise broken_rule("traveller", "a scenario needs at least one [[traveller]]")
        names = [traveller.name for traveller in self.traveller]
        if len(set(names)) != len(names):
            raise broken_rule("traveller", "two travellers have the same name")
        for number, traveller in enumerate(self.traveller):
            for key, other in (("face", traveller.face), ("passport.of", traveller.passport.of)):
                if other and other not in ("own", "impostor", *names):
                    raise broken_rule(f"traveller.{number}.{key}", f"'{other}' is no traveller of this file")
        return self


def load_scenario(file: Path) -> Scenario:
    """Read and check one scenario file. Raises config.load.ConfigRefused."""
    scenario, _text = validated(Scenario, content_of(file, "scenario file"), file, "scenario file")
    return scenario


def scenario_files(where: Path) -> tuple[Path, ...]:
    """The file itself, or every scenario of a folder by name."""
    if where.is_dir():
        return tuple(sorted(path for path in where.glob("*.toml") if path.name != "guideline.toml"))
    return (where,)
