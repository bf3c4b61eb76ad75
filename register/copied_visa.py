"""One visa as it lies in a gate's offline copy, and the bytes that are sealed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from register.model import Visa, VisaRefused

MAX_PORTRAIT_BYTES = 20_000
_HEAD_BYTES = 4
_DAYS = ("valid_from", "valid_until")


class NotAVisa(ValueError):
    """Bytes that are no copied visa."""


@dataclass(frozen=True, slots=True)
class CopiedVisa:
    """A visa of an expected traveller. A higher `version` of the same record replaces a lower one."""

    visa: Visa = field(repr=False)
    version: int
    fresh_until: datetime
    """UTC; after it the copy clears nobody."""
    used: int = 0
    """Entries used up as the register knew it."""
    stay_left: int | None = None
    """Days of stay left on the day that the register told it."""

    def __post_init__(self) -> None:
        if len(self.visa.portrait) > MAX_PORTRAIT_BYTES:
            raise VisaRefused("portrait", f"has more than {MAX_PORTRAIT_BYTES} bytes")
        if self.fresh_until.tzinfo is None:
            raise VisaRefused("fresh_until", "names no time zone")
        if self.version < 1 or self.used < 0:
            raise VisaRefused("version", "is less than one, or used is less than nothing")


def to_bytes(copied: CopiedVisa) -> bytes:
    """Length of the JSON (4 bytes), the JSON, and the portrait as it is."""
    visa = copied.visa
    values = {each.name: getattr(visa, each.name) for each in fields(visa) if each.name != "portrait"}
    body = {
        **values,
        "version": copied.version,
        "fresh_until": copied.fresh_until,
        "used": copied.used,
        "stay_left": copied.stay_left,
    }
    head = json.dumps(body, default=_isoformat, separators=(",", ":")).encode()
    return len(head).to_bytes(_HEAD_BYTES) + head + visa.portrait


def from_bytes(data: bytes) -> CopiedVisa:
    """Raises NotAVisa."""
    end = _HEAD_BYTES + int.from_bytes(data[:_HEAD_BYTES])
    try:
        return _made(json.loads(data[_HEAD_BYTES:end]), data[end:])
    except (ValueError, TypeError, KeyError, AttributeError):
        raise NotAVisa from None


def _made(body: Mapping[str, Any], portrait: bytes) -> CopiedVisa:
    values = dict(body)
    version, used, stay_left = values.pop("version"), values.pop("used"), values.pop("stay_left", None)
    fresh_until = datetime.fromisoformat(values.pop("fresh_until"))
    for name in _DAYS:
        values[name] = date.fromisoformat(values[name])
    values["restrictions"] = tuple(values["restrictions"])
    return CopiedVisa(Visa(**values, portrait=portrait), version, fresh_until, used, stay_left)


def _isoformat(moment: date) -> str:
    return moment.isoformat()
