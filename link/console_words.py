"""What lane and console say to each other. Nothing in here names a traveller but `Revealed`, which is never kept.

A lane sends its newest state (an older one that still waits is dropped), notices (numbered, kept by the lane until the
console has taken them) and pictures. The console sends commands, and every BEAT_S whether an officer is on duty.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

BEAT_S = 2.0
SILENCE_S = 6.0
"""Whoever hears nothing for this long lets go of the line; what was still on its way is never carried out."""

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
NameOrNone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{0,64}$")]
Sentence = Annotated[str, StringConstraints(max_length=300)]
Millis = Annotated[int, Field(ge=0, le=10_000_000)]
Permille = Annotated[int, Field(ge=0, le=1000)]


class Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


# --- lane to console: the newest state ---


class StepTaken(Said):
    """One line of the guideline. `limit_ms` 0 = it has none of its own."""

    name: Name
    ms: Millis
    limit_ms: Millis
    state: Literal["done", "running", "failed"]


class Check(Said):
    """One result with what it rests on. `under` names the branch of the tree: document, register, face, lane."""

    under: Name
    name: Name
    result: Literal["passed", "failed", "running", "not_done"]
    detail: Sentence = ""


class Match(Said):
    """Scores run upwards: higher is more alike."""

    score: float
    threshold: float
    earlier: tuple[float, ...] = ()
    frames: int = 0
    attack: NameOrNone = ""
    quality: float | None = None


class Now(Said):
    """All that the overview and the lane's page need. `rev` grows whenever what an officer may do changes."""

    kind: Literal["now"] = "now"
    rev: int = Field(ge=0)
    state: Name
    why_closed: Sentence = ""
    modes: tuple[Name, ...] = ()
    transaction: NameOrNone = ""
    elapsed_ms: Millis = 0
    step: NameOrNone = ""
    step_ms: Millis = 0
    steps: tuple[StepTaken, ...] = ()
    checks: tuple[Check, ...] = ()
    match: Match | None = None
    prompt: NameOrNone = ""
    document_masked: Sentence = ""
    devices: dict[Name, Name] = Field(default_factory=dict)
    crossings: int = 0
    is_released: bool = False
    """An officer released it: two supervisors open it again."""
    hold_ms: Millis = 0
    """How long a hold lasts at this lane before an officer must renew it."""


class Doors(Said):
    """As the door controller reports them; sent as they move."""

    kind: Literal["doors"] = "doors"
    entry_permille: Permille
    exit_permille: Permille
    persons: int | None
    barriers: int = 0
    emergency: bool = False
    fault: bool = False
    on_battery: bool = False


# --- lane to console: notices, none of which is lost ---


class Opened(Said):
    """A case is put before the officers. `asks`: `decide` and `renew` wait for an answer, `tell` does not."""

    kind: Literal["case_opened"] = "case_opened"
    case: Name
    transaction: NameOrNone
    rev: int
    reason: Name
    words: Sentence
    asks: Literal["decide", "renew", "tell"]
    limit_ms: Millis = 0
    alarm: bool = False
    may_retry: bool = False
    """The officer may let the traveller lay the document down anew."""


class Closed(Said):
    """An asked case has its answer, or nobody gave one in time."""

    kind: Literal["case_closed"] = "case_closed"
    case: Name
    transaction: NameOrNone
    how: Name


class Sealed(Said):
    """A crossing has ended. The facts are the journal's: no name, number or picture is among them."""

    kind: Literal["sealed"] = "sealed"
    transaction: Name
    outcome: Name
    reason: Name
    words: Sentence
    began_at: str = Field(max_length=40)
    total_ms: Millis
    machine_ms: Millis
    steps: tuple[StepTaken, ...]
    checks: tuple[Check, ...]
    match: Match | None = None
    prompts: dict[Name, int] = Field(default_factory=dict)
    """How long each prompt was shown, in ms."""
    modes: tuple[Name, ...] = ()
    officer: NameOrNone = ""
    officer_action: NameOrNone = ""
    document_hash: NameOrNone = ""
    """Keyed by the gate: the same document, the same hash, at this gate only."""
    digest: Name
    durable: bool


class Answered(Said):
    """What became of a command."""

    kind: Literal["answered"] = "answered"
    command: Name
    result: Literal["accepted", "refused"]
    why: Sentence = ""


Notice = Opened | Closed | Sealed | Answered


class Noticed(Said):
    """`number` counts from 1 in one boot of the lane."""

    kind: Literal["noticed"] = "noticed"
    number: int = Field(ge=1)
    notice: Notice = Field(discriminator="kind")


class Revealed(Said):
    """The open crossing's holder, for the officer who asked; the console hands it on and forgets it."""

    kind: Literal["revealed"] = "revealed"
    asked: Name
    fields: dict[Name, Sentence] = Field(repr=False)


# --- console to lane ---


class Command(Said):
    """Bound to the very crossing and revision that the officer looked at."""

    kind: Literal["command"] = "command"
    command: Name
    action: Name
    transaction: NameOrNone
    rev: int
    """-1 = whatever the lane does now: only for what is always allowed."""
    officer: Name
    """A pseudonymous id."""
    role: Name
    reason: Sentence = ""
    persons: int = Field(default=1, ge=1, le=9)


class Reveal(Said):
    kind: Literal["reveal"] = "reveal"
    asked: Name
    transaction: Name


class Beat(Said):
    """`on_duty`: an officer who answers is signed in for this lane. `watched`: somebody looks at its pictures."""

    kind: Literal["beat"] = "beat"
    on_duty: bool
    watched: bool
    taken: int = 0
    """The last notice that the console has put on its disk."""


class Alive(Said):
    """The lane's own beat."""

    kind: Literal["alive"] = "alive"


FROM_LANE: TypeAdapter[Now | Doors | Noticed | Revealed | Alive] = TypeAdapter(
    Annotated[Now | Doors | Noticed | Revealed | Alive, Field(discriminator="kind")]
)
TO_LANE: TypeAdapter[Command | Reveal | Beat] = TypeAdapter(
    Annotated[Command | Reveal | Beat, Field(discriminator="kind")]
)

# --- the first words ---


class Challenge(Said):
    """The console's, before anybody is known."""

    nonce: str = Field(pattern=r"^[0-9a-f]{64}$")


class Introduction(Said):
    """The lane's: who it is, proved by the key that both hold, and what it is."""

    lane: Name
    boot: Name
    nonce: str = Field(pattern=r"^[0-9a-f]{64}$")
    proof: str = Field(pattern=r"^[0-9a-f]{64}$")
    direction: Literal["entry", "exit"]
    software: Sentence
    simulated: bool


class Welcome(Said):
    """The console's proof that it holds the lane's key too."""

    proof: str = Field(pattern=r"^[0-9a-f]{64}$")
