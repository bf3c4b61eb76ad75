"""What the traveller's page is told, and what it says: plain values in the shape of the JSON over the socket.

web/static/shared/api.d.ts is made of these (tools/make_api_types.py): the page's scripts are checked against them.
"""

from typing import Literal

from typing_extensions import TypedDict


class ThenMessage(TypedDict):
    """What changes after so many seconds of the same prompt; "" = stays."""

    after_s: float
    text: str
    also: str
    picture: str


class LimitMessage(TypedDict):
    """`limit_s` 0 = nothing ends. `may_ask`: the traveller may ask for more time."""

    limit_s: float
    left_s: float
    may_ask: bool


class ScreenMessage(TypedDict):
    """Keys of the text catalogues, a picture, and the step of the way."""

    text: str
    picture: str
    step: int
    also: str
    hint: str
    self_view: bool
    then: list[ThenMessage]
    every_s: float


class PromptMessage(ScreenMessage):
    """The event "prompt". `language` "" = none was chosen yet; `idle`: nobody is served."""

    rev: int
    prompt: str
    limit: LimitMessage
    language: str
    idle: bool


class TravellerSnapshot(PromptMessage):
    """All that a page needs to begin."""

    lane: str
    languages: list[str]


class LanguageMessage(TypedDict):
    """The event "language", and what the page sends when one is touched."""

    language: str


class PaintedMessage(TypedDict):
    """The page has painted this revision."""

    painted: int


class PressedMessage(TypedDict):
    """A button of the page was touched."""

    button: Literal["help", "officer", "more_time"]
