"""Those who work with the register: their passwords (argon2id), their roles, what each role may, and their sessions."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, insert, select, update

from link.staff import StaffRole
from register import audit
from register.database import Database, insert_new
from register.tables import sessions, staff

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=10)
FAILURES = 5
LOCKED = timedelta(minutes=15)
SHORTEST_PASSWORD = 12
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's lower bound for argon2id: 19 MiB, two passes; the service signs in few people and answers many gates."""


class Permission(Enum):
    """What may be done, after the table of docs/register.md (egates note, section 8)."""

    VIEW = "view"
    """Look at a person: search, record, history, stays, applications and their pictures."""
    DECIDE = "decide"
    """Grant, refuse, accept a portrait, bind to a new passport."""
    CANCEL = "cancel"
    """Suspend, resume and cancel a visa."""
    CLEAR = "clear"
    """Clear a referred document for the hall's lanes."""
    REPORT = "report"
    """Report a document lost or stolen, and take the report back."""
    ADMINISTER = "administer"
    """Staff and machines; no person is seen with it."""
    AUDIT = "audit"
    """Read who did and saw what."""


PERMISSIONS: Mapping[StaffRole, frozenset[Permission]] = {
    StaffRole.VIEWER: frozenset(),
    StaffRole.ASSISTANT: frozenset(),
    StaffRole.LANE_OFFICER: frozenset({Permission.VIEW, Permission.REPORT}),
    StaffRole.SHIFT_SUPERVISOR: frozenset(
        {Permission.VIEW, Permission.DECIDE, Permission.CANCEL, Permission.CLEAR, Permission.REPORT}
    ),
    StaffRole.INVESTIGATOR: frozenset(
        {Permission.VIEW, Permission.DECIDE, Permission.CANCEL, Permission.CLEAR, Permission.REPORT}
    ),
    StaffRole.ENGINEER: frozenset(),
    StaffRole.ADMINISTRATOR: frozenset({Permission.ADMINISTER}),
    StaffRole.AUDITOR: frozenset({Permission.AUDIT}),
}


class StaffRefused(Exception):
    """`code` for programs, one sentence for people; never says whether a name or a password was wrong."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff, signed in."""

    name: str
    """A pseudonymous id, never a person's name."""
    roles: frozenset[StaffRole]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def permissions(self) -> frozenset[Permission]:
        return frozenset[Permission]().union(*(PERMISSIONS[role] for role in self.roles))


@dataclass(frozen=True, slots=True)
class Session:
    token: str
    member: Member
    ends_at: datetime

    def __repr__(self) -> str:
        return f"Session({self.member.name})"


@dataclass(frozen=True, slots=True)
class Staff:
    database: Database

    def add(self, name: str, password: str, roles: Iterable[StaffRole]) -> None:
        """Raises StaffRefused."""
        if len(password) < SHORTEST_PASSWORD:
            raise StaffRefused("password_short", f"a password has at least {SHORTEST_PASSWORD} characters.")
        row = {"name": name, "password": _HASHER.hash(password), "roles": sorted(each.value for each in roles)}
        with self.database.writing() as connection:
            if not insert_new(connection, staff, {**row, "disabled": False, "failures": 0}):
                raise StaffRefused("name_taken", "this name is taken: choose another.")

    def listed(self) -> tuple[tuple[Member, bool], ...]:
        """Everybody, by name, and whether the name is disabled."""
        with self.database.reading() as connection:
            rows = connection.execute(select(staff).order_by(staff.c.name)).all()
        return tuple((_member(row.name, row.roles), bool(row.disabled)) for row in rows)

    def disable(self, name: str) -> bool:
        """No sign-in any longer, and every session ends. False when there is nobody of this name."""
        with self.database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.name == name))
            return bool(connection.execute(update(staff).where(staff.c.name == name).values(disabled=True)).rowcount)

    def sign_in(self, name: str, password: str, now: datetime) -> Session:
        """Raises StaffRefused, after the same work whether or not there is such a name."""
        with self.database.reading() as connection:
            row = connection.execute(select(staff).where(staff.c.name == name)).first()
        right = _is_right(row.password if row else _nobody(), password)
        if row is None or row.disabled:
            raise _not_signed_in()
        if row.locked_until is not None and row.locked_until > now:
            raise _not_signed_in()
        if not right:
            self._failed(name, row.failures + 1, now)
            raise _not_signed_in()
        token, ends_at = secrets.token_urlsafe(32), now + LONGEST
        with self.database.writing() as connection:
            own = staff.c.name == name
            connection.execute(update(staff).where(own).values(failures=0, locked_until=None))
            mark = {"digest": _digest(token), "name": name, "seen_at": now, "ends_at": ends_at}
            connection.execute(insert(sessions).values(**mark))
            audit.note(connection, now, name, "signed_in", name)
        return Session(token, _member(name, row.roles), ends_at)

    def member(self, token: str, now: datetime) -> Member | None:
        """Who is signed in with this token; None once the session has ended, by time or by being left alone."""
        mark = sessions.c.digest == _digest(token)
        query = select(sessions.c.seen_at, sessions.c.ends_at, staff.c.name, staff.c.roles, staff.c.disabled)
        with self.database.reading() as connection:
            row = connection.execute(query.join_from(sessions, staff).where(mark)).first()
        if row is None or row.disabled or now >= row.ends_at or now - row.seen_at >= IDLE:
            return None
        if now - row.seen_at >= IDLE / 15:
            with self.database.writing() as connection:
                connection.execute(update(sessions).where(mark).values(seen_at=now))
        return _member(row.name, row.roles)

    def sign_out(self, token: str) -> None:
        with self.database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == _digest(token)))

    def _failed(self, name: str, failures: int, now: datetime) -> None:
        locked = {"locked_until": now + LOCKED, "failures": 0} if failures >= FAILURES else {"failures": failures}
        with self.database.writing() as connection:
            connection.execute(update(staff).where(staff.c.name == name).values(**locked))
            audit.note(connection, now, name, "sign_in_failed", name, locked=failures >= FAILURES)


def _member(name: str, roles: Iterable[str]) -> Member:
    return Member(name, frozenset(map(StaffRole, roles)))


def _is_right(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash that no password fits, so that an unknown name takes as long as a known one."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def _not_signed_in() -> StaffRefused:
    return StaffRefused("not_signed_in", "name and password do not fit, or this name is locked for a while.")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
