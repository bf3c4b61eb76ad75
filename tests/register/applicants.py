"""Made-up applicants: pages and portraits that a looker of the test's own reads."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np

from biometrics.portrait import ADVICE
from link.images import decode
from link.staff import StaffRole
from mrz.model import RescanReason
from register.application import Comparison, Holder
from register.grants import GrantPolicy
from register.looking import Compared, Judged, PageUnreadable
from register.service.app import make_app
from register.staff import Staff
from register.store import Store
from tests.register.asking import Service

ANNA = Holder("UTO", "L898902C3", "740812", "ERIKSSON", "ANNA MARIA", "UTO", date(2031, 4, 15))
LINES = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
JOURNEY = {"valid_from": "2026-05-01", "valid_until": "2026-07-31", "entries": 1}
PASSWORD = "correct horse battery"  # noqa: S105  (a test's)
UNREADABLE, NO_PORTRAIT = b"unreadable" * 4, b"no portrait" * 4


def face(number: int) -> bytes:
    """A picture of person `number`: a colour. 13 is nobody's good picture."""
    return cv2.imencode(".png", np.full((60, 48, 3), 10 * number, np.uint8))[1].tobytes()


def _number(picture: bytes) -> int:
    return round(float(decode(picture).mean()) / 10)


@dataclass
class Passports:
    """A looker. `print` makes a page of a holder with a person's portrait on it."""

    pages: dict[bytes, tuple[Holder, int]] = field(default_factory=dict)

    def print(self, holder: Holder, person: int) -> bytes:
        page = f"page {len(self.pages):04d} ".encode() * 8
        self.pages[page] = (holder, person)
        return page

    def zone(self, page: bytes, today: date) -> Holder:
        if page not in self.pages:
            raise PageUnreadable(RescanReason.TOO_DARK)
        return self.pages[page][0]

    def portrait_of(self, page: bytes) -> bytes:
        person = self.pages[page][1]
        return face(person) if person else b""

    def judge(self, portrait: bytes) -> Judged:
        good = _number(portrait) != 13
        key = "luma_low"
        return Judged(good, () if good else (ADVICE[key],), 0.9 if good else 0.2, () if good else (key,))

    def compare(self, portrait: bytes, other: bytes) -> Compared:
        same = _number(portrait) == _number(other)
        return Compared(Comparison.ALIKE if same else Comparison.DIFFERS, 0.8 if same else 0.1)


def sent(page: bytes | None = None, portrait: bytes | None = None, lines: tuple[str, ...] = ()) -> dict[str, Any]:
    coded = {
        name: base64.b64encode(image).decode() for name, image in (("page", page), ("portrait", portrait)) if image
    }
    return {**coded, **({"lines": lines} if lines else {})}


@dataclass
class Office:
    """The service with its applicants and its staff."""

    service: Service
    passports: Passports

    @property
    def store(self) -> Store:
        return self.service.store

    def apply(self, *travellers: dict[str, Any], key: str = "", **journey: Any) -> httpx.Response:
        body = {"travellers": travellers, **JOURNEY, **journey}
        return self.service.ask("POST", "/v1/applications", body, headers={"Idempotency-Key": key} if key else {})

    def applied(self, *travellers: dict[str, Any], **more: Any) -> dict[str, Any]:
        got = self.apply(*travellers, **more)
        assert got.status_code == 201, got.text
        told: dict[str, Any] = got.json()
        return told

    def anna(self, person: int = 5, holder: Holder = ANNA, portrait: int | None = None) -> dict[str, Any]:
        """What she sends: her page with her portrait, and a picture of herself."""
        return sent(self.passports.print(holder, person), face(portrait or person))

    def seen(self, party: dict[str, Any]) -> dict[str, Any]:
        got = self.service.ask("GET", f"/v1/parties/{party['party']}", token=party["access"])
        told: dict[str, Any] = got.json()
        return told

    def as_party(self, party: dict[str, Any], method: str, where: str, body: Any = None) -> httpx.Response:
        return self.service.ask(method, f"/v1/parties/{party['party']}{where}", body, party["access"])

    def staff(self, *roles: StaffRole) -> str:
        """A session of somebody with these roles."""
        name = "-".join(role.value for role in roles) or "nobody"
        people = Staff(self.store.database)
        people.add(name, PASSWORD, roles)
        return people.sign_in(name, PASSWORD, self.service.at).token

    def decide(self, application: str, token: str, **decision: Any) -> httpx.Response:
        return self.service.ask("POST", f"/v1/applications/{application}/decision", decision, token)


@contextmanager
def office(path: Path | str, policy: GrantPolicy | None = None) -> Iterator[Office]:
    passports = Passports()
    with Store(path, create=True) as store:
        yield Office(Service(store, make=lambda desk: make_app(desk, passports, policy or GrantPolicy())), passports)


def renewed(holder: Holder, number: str, **changes: Any) -> Holder:
    return replace(holder, document_number=number, **changes)
