"""What goes over the console's socket and its stream of events: AsyncAPI 3.0, made of the models themselves.

Served at `/api/v1/asyncapi.json`; tests/console/test_asyncapi.py holds a whole recorded session against it.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from typing_extensions import TypedDict

from console.alarms import Alarm
from console.cases import Case
from console.commands import Ordered
from console.desk import HandOver, Sheet
from link.console_words import Doors, Now
from web.envelope import Hello, Message

REF = "#/components/schemas/{model}"
STRICT = ConfigDict(extra="forbid")
SCREEN, EVENTS = "/api/v1/ws", "/api/v1/events"


class SoundShown(TypedDict):
    """Play this: the alarm has just come, waits still, or is about to lapse."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # pydantic's own place for it
    alarm: str
    priority: int
    sound: str


class CrossingShown(TypedDict):
    """A crossing has ended."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as above
    transaction: str
    lane: str
    outcome: str
    total_ms: int
    began_at: str


class PostShown(TypedDict):
    """An officer at the post. `silent`: a sign of life is wanted."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as above
    session: str
    officer: str
    since_s: float
    silent: bool
    locked: bool


class PostsShown(TypedDict):
    __pydantic_config__ = STRICT  # type: ignore[misc]  # as above
    posts: list[PostShown]


class SessionShown(TypedDict):
    """Whose screen this is, and what he may do."""

    __pydantic_config__ = STRICT  # type: ignore[misc]  # as above
    id: str
    officer: str
    role: str
    state: str
    post_since_s: float
    lanes: list[str]
    may: list[str]


class WatchSaid(TypedDict):
    """A screen's: pictures of this lane are wanted; empty: of none."""

    watch: str


class InputSaid(TypedDict):
    """A screen's: somebody has touched it."""

    input: bool


MODELS = (
    Message, Hello, Now, Doors, Alarm, Case, Ordered, Sheet, HandOver, SoundShown, CrossingShown, PostsShown,
    SessionShown, WatchSaid, InputSaid,
)  # fmt: skip
TRIMMED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "NowShown": ("Now", ("checks", "match", "document_masked")),
    "DoorsShown": ("Doors", ("kind",)),
    "CommandShown": ("Ordered", ("idempotency_key",)),
    "SheetShown": ("Sheet", ("checks", "match")),
    "AlarmKept": ("Alarm", ("sounded", "sounds_at_s", "causes")),
}
"""A screen is told less than the console knows: name -> (of what, what is left out)."""
DETAIL = ("checks", "match", "document_masked", "transaction", "rev")
DATA: Mapping[str, str] = {
    "hello": "Hello",
    "snapshot": "Snapshot",
    "beat": "Beat",
    "lane": "CardShown",
    "lane.detail": "DetailShown",
    "doors": "DoorsShown",
    "alarm": "AlarmShown",
    "sound": "SoundShown",
    "case": "Case",
    "command": "CommandShown",
    "sheet": "SheetShown",
    "handover": "HandOver",
    "crossing": "CrossingShown",
    "posts": "PostsShown",
}
"""Every type of envelope, and the shape of its data."""
NOT_STREAMED = frozenset({"hello", "snapshot", "beat", "lane.detail"})
"""A screen's alone: an integrator is told no score and no check of a traveller."""


def document(version: str) -> dict[str, Any]:
    messages = {type_: _message(type_, shape) for type_, shape in DATA.items()}
    said = {name: {"payload": _ref(name)} for name in ("WatchSaid", "InputSaid")}
    streamed = [type_ for type_ in DATA if type_ not in NOT_STREAMED]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "egate console",
            "version": version,
            "description": "One envelope on both ways. Binary messages of the socket are pictures: two bytes of"
            " length, `lane|channel|transaction|ms`, JPEG. Close codes: 4000 unreadable, 4001 not signed in,"
            " 4008 too slow. Resume by `?resume=<boot>-<seq>` or `Last-Event-ID`.",
        },
        "channels": {
            "screen": {
                "address": SCREEN,
                "messages": {each: _pointer("messages", each) for each in (*messages, *said)},
            },
            "events": {"address": EVENTS, "messages": {each: _pointer("messages", each) for each in streamed}},
        },
        "operations": {
            "tell": _operation("send", "screen", messages),
            "hear": _operation("receive", "screen", said),
            "stream": _operation("send", "events", streamed),
        },
        "components": {"messages": {**messages, **said}, "schemas": schemas()},
    }


def schemas() -> dict[str, Any]:
    """Every shape by its name."""
    inputs = [(model.__name__, "serialization", TypeAdapter(model)) for model in MODELS]
    _, together = TypeAdapter.json_schemas(inputs, ref_template=REF)  # type: ignore[arg-type]  # modes are as they must be
    shapes: dict[str, Any] = {name: dict(shape) for name, shape in together["$defs"].items()}
    for name, (of, without) in TRIMMED.items():
        shapes[name] = _trimmed(shapes[of], without)
    shapes["AlarmShown"] = _more(
        shapes.pop("AlarmKept"),
        active=_BOOL,
        procedure=_list({"type": "string"}),
        ack_when_over=_BOOL,
        may_be_shelved=_BOOL,
    )
    now = shapes["Now"]["properties"]
    shapes["DetailShown"] = _shape(optional=True, **{name: now[name] for name in DETAIL})
    shapes["CardShown"] = _shape(
        lane=_TEXT, up=_BOOL, heard_ms_ago=_or_null({"type": "integer"}), direction=_TEXT, simulated=_BOOL,
        software=_TEXT, now=_or_null(_ref("NowShown")), doors=_or_null(_ref("DoorsShown")),
    )  # fmt: skip
    shapes["Beat"] = _shape()
    shapes["Snapshot"] = _shape(
        server_time_s={"type": "number"}, lanes=_list(_ref("CardShown")),
        details={"type": "object", "additionalProperties": _ref("DetailShown")}, alarms=_list(_ref("AlarmShown")),
        cases=_list(_ref("Case")), commands=_list(_ref("CommandShown")), sheets=_list(_ref("SheetShown")),
        handovers=_list(_ref("HandOver")), crossings=_list(_ref("CrossingShown")), posts=_list(_ref("PostShown")),
        session=_ref("SessionShown"),
    )  # fmt: skip
    for kept in ("Case", "HandOver"):
        shapes[kept]["additionalProperties"] = False
    return shapes


# -------------------------------------------------------------------------------------------------------------

_TEXT, _BOOL = {"type": "string"}, {"type": "boolean"}


def _message(type_: str, shape: str) -> dict[str, Any]:
    narrowed = {"type": "object", "properties": {"type": {"const": type_}, "data": _ref(shape)}}
    return {"name": type_, "payload": {"allOf": [_ref("Message"), narrowed]}}


def _operation(action: str, channel: str, messages: Mapping[str, Any] | list[str]) -> dict[str, Any]:
    named = [{"$ref": f"#/channels/{channel}/messages/{each}"} for each in messages]
    return {"action": action, "channel": _pointer("", channel), "messages": named}


def _pointer(part: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{part}/{name}" if part else f"#/channels/{name}"}


def _ref(model: str) -> dict[str, str]:
    return {"$ref": REF.format(model=model)}


def _list(of: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _or_null(shape: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [shape, {"type": "null"}]}


def _shape(optional: bool = False, **properties: Any) -> dict[str, Any]:
    required = [] if optional else list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _trimmed(shape: Mapping[str, Any], without: tuple[str, ...]) -> dict[str, Any]:
    properties = {name: each for name, each in shape["properties"].items() if name not in without}
    required = [name for name in shape.get("required", ()) if name not in without]
    return {**shape, "properties": properties, "required": required, "additionalProperties": False}


def _more(shape: Mapping[str, Any], **properties: Any) -> dict[str, Any]:
    required = [*shape["required"], *properties]
    return {**shape, "properties": {**shape["properties"], **properties}, "required": required}
