"""Lanes and people who may come to the console, written into its store."""

import json
import secrets
from datetime import UTC, datetime

from console.access import MachineToken
from console.lanes import KIND as LANE_KIND
from console.lanes import KnownLane
from console.staff import TOKEN, Staff, User, hashed
from console.store import Store
from link.staff import StaffRole

PASSWORD_BYTES = 12


def add_lane(store: Store, name: str) -> str:
    """The content of the lane's key file: given out once, and anew only by enrolling the lane again."""
    key = secrets.token_hex(32)
    at = datetime.now(UTC).isoformat()
    store.put(LANE_KIND, name, KnownLane(name=name, key=key), at=at)
    return json.dumps({"lane": name, "key": key})


def add_person(
    store: Store, login: str, role: StaffRole, *, must_change: bool = True, lanes: tuple[str, ...] = ()
) -> tuple[User, str]:
    """The person and a password made for him: shown once, kept nowhere."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    return Staff(store).add(login, role, password, must_change=must_change, lanes=lanes), password


def add_token(store: Store, name: str, role: StaffRole) -> str:
    """A machine's token: only its hash is kept."""
    token = secrets.token_urlsafe(32)
    store.put(TOKEN, hashed(token), MachineToken(name=name, role=role), at=datetime.now(UTC).isoformat())
    return token


def people(store: Store) -> list[User]:
    return sorted(Staff(store).users.values(), key=lambda user: user.login)
