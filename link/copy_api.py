"""`POST /v1/copies/changes`: what a gate needs to keep its own copy of the expected travellers' records."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from link.register_api import BirthDate, Name, Nonce, Number, Opaque, State, Word
from link.travel import LostState

Version = Annotated[int, Field(ge=1)]


class ChangesQuestion(Word):
    """Everything after `since` of the list that `epoch` names; an unknown epoch is told the list from its start."""

    gate: Opaque
    nonce: Nonce
    epoch: str = Field(default="", pattern=r"^[0-9a-f]{0,32}$")
    since: int = Field(default=0, ge=0)


class CopiedRecord(Word):
    """One record as it is now."""

    version: Version
    used: int = Field(ge=0)
    fresh_until: AwareDatetime
    record: Opaque
    issuing_state: State = Field(repr=False)
    document_number: Number = Field(repr=False)
    birth_date: BirthDate = Field(repr=False)
    surname: Name = Field(repr=False)
    given_names: Name = Field(repr=False)
    nationality: State = Field(repr=False)
    valid_from: date
    valid_until: date
    entries: int | None
    restrictions: tuple[str, ...]
    cancelled: bool
    synchronised: bool
    suspended: bool = False
    stay_days: int | None = None
    stay_left: int | None = None
    """Days of stay left on the day it was told; 0 = none."""
    portrait: str = Field(repr=False)
    """The encoded image in base64, at most 20,000 bytes of it."""


class Tombstone(Word):
    """A record that no gate is to hold any longer."""

    record: Opaque
    version: Version


class ListedAlert(Word):
    """One line of the watchlist; the gate keeps keyed hashes of it only."""

    alert: str
    hold: bool
    issuing_state: str = Field(repr=False)
    document_number: str = Field(repr=False)
    birth_date: str = Field(repr=False)
    name_key: str = Field(repr=False)


class ListedLost(Word):
    """One document that is reported lost or stolen; the gate keeps a keyed hash of it only."""

    issuing_state: str = Field(repr=False)
    document_number: str = Field(repr=False)
    state: LostState


class ChangesAnswer(Word):
    """The `answer` of a statement whose purpose is `changes` and whose subject is the gate. One page."""

    epoch: str
    upto: int
    """What to ask `since` next."""
    more: bool
    """Further pages wait; watchlist and lost documents come with the last."""
    whole: bool
    """The epoch was not the one that was asked about: what is not in these pages is gone."""
    answered_at: AwareDatetime
    changed: tuple[CopiedRecord, ...]
    gone: tuple[Tombstone, ...]
    watchlist: tuple[ListedAlert, ...] = ()
    lost: tuple[ListedLost, ...] | None = None
    """None = this service tells no list of lost documents."""
