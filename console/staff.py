"""Who works at the console: people, their passwords, and their signed-in screens. Kept over a restart.

Passwords are argon2id; of a session's token only the hash is kept. Wrong passwords lock a login for a growing while;
that never stands in the way of an emergency release, which asks for no password.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import BaseModel, ConfigDict

from console.problems import Problem
from console.roles import May, may
from console.store import Store
from link.staff import StaffRole

USER, SESSION, FAILURES, TOKEN = "user", "session", "failures", "token"
MIN_PASSWORD, MAX_PASSWORD = 12, 128
FREE_TRIES, FIRST_LOCK_S, LAST_LOCK_S = 5, 30.0, 900.0
LOCK_AFTER_S = 300.0
SIGN_OF_LIFE_S, ABSENT_S = 1200.0, 1500.0
"""Without any input for so long the officer is asked for; after so long he counts as gone."""
POST_S, POST_WARNING_S = 3600.0, 3300.0
SESSION_MAX_S = 12 * 3600.0
SCREEN_GONE_S = 10.0


class User(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    """Pseudonymous: what lanes, journals and records know of an officer."""
    login: str
    role: StaffRole
    hash: str
    must_change: bool = True
    disabled: bool = False
    lanes: tuple[str, ...] = ()
    """Whose lanes these are; none = all of them, but for an assistant, who stands at a lane."""


class Session(BaseModel):
    """`id` names it in the audit; the token itself is known to the browser alone."""

    model_config = ConfigDict(frozen=True)

    id: str
    user: str
    role: StaffRole
    began_at_s: float
    input_at_s: float
    post_since_s: float
    state: Literal["active", "locked", "ended"] = "active"
    lanes: tuple[str, ...] = ()

    def covers(self, lane: str) -> bool:
        """Whether cases and commands of this lane are this person's. An emergency release is everybody's."""
        return lane in self.lanes if self.lanes or self.role is StaffRole.ASSISTANT else True


class Failures(BaseModel):
    model_config = ConfigDict(frozen=True)

    count: int = 0
    until_s: float = 0.0


@dataclass(slots=True)
class Staff:
    """Times are UTC seconds. `screens` counts the open sockets of each session, by its id."""

    store: Store = field(repr=False)
    users: dict[str, User] = field(default_factory=dict, repr=False)
    sessions: dict[str, Session] = field(default_factory=dict, repr=False)
    """By the hash of its token."""
    screens: dict[str, int] = field(default_factory=dict)
    seen_at_s: dict[str, float] = field(default_factory=dict)
    """When each session's last socket was open."""
    _hasher: PasswordHasher = field(default_factory=PasswordHasher, repr=False)
    _nobody: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        self.users = {user.id: user for user in self.store.each(USER, User)}
        open_sessions = self.store.each(SESSION, _Kept, only_open=True)
        self.sessions = {kept.token_hash: kept.session for kept in open_sessions}

    def read_again(self) -> list[Session]:
        """Another process has written: people may have come, or may sign in no longer. Gives the sessions it ended."""
        self.users = {user.id: user for user in self.store.each(USER, User)}
        ended = []
        for token_hash, session in list(self.sessions.items()):
            user = self.users.get(session.user)
            if session.state != "ended" and (user is None or user.disabled):
                ended.append(self._put(token_hash, session.model_copy(update={"state": "ended"})))
        return ended

    # --- people ----------------------------------------------------------------------------------------------

    def add(
        self,
        login: str,
        role: StaffRole,
        password: str,
        *,
        must_change: bool = True,
        lanes: tuple[str, ...] = (),
    ) -> User:
        if self.named(login) is not None:
            raise Problem(409, "login_taken", "There is somebody of this name already.")
        require_good(password, login)
        user = User(
            id=f"officer-{secrets.token_hex(3)}",
            login=login,
            role=role,
            hash=self._hasher.hash(password),
            must_change=must_change,
            lanes=lanes,
        )
        return self._keep(user)

    def named(self, login: str) -> User | None:
        return next((user for user in self.users.values() if user.login == login), None)

    def change_password(self, user: User, old: str, new: str) -> User:
        if not self._is_password(user, old):
            raise Problem(403, "wrong_password", "The old password is wrong.")
        return self.set_password(user, new)

    def set_password(self, user: User, password: str) -> User:
        """An administrator's, after whoever had the old one has gone. Raises Problem."""
        require_good(password, user.login)
        return self._keep(user.model_copy(update={"hash": self._hasher.hash(password), "must_change": False}))

    def disable(self, user: User) -> User:
        for token_hash, session in list(self.sessions.items()):
            if session.user == user.id:
                self._put(token_hash, session.model_copy(update={"state": "ended"}))
        return self._keep(user.model_copy(update={"disabled": True}))

    # --- sessions --------------------------------------------------------------------------------------------

    def sign_in(self, login: str, password: str, now_s: float) -> tuple[str, Session]:
        """Token and session. An unknown login takes as long as a wrong password."""
        user = self._proved(login, password, now_s)
        token = secrets.token_urlsafe(32)
        session = Session(
            id=secrets.token_hex(4),
            user=user.id,
            role=user.role,
            began_at_s=now_s,
            input_at_s=now_s,
            post_since_s=now_s,
            lanes=user.lanes,
        )
        self.seen_at_s[session.id] = now_s
        return token, self._put(hashed(token), session)

    def unlock(self, token: str, password: str, now_s: float) -> Session:
        session = self.of(token, now_s)
        if session is None:
            raise Problem(401, "not_signed_in", "Sign in first.")
        self._proved(self.users[session.user].login, password, now_s)
        return self._put(hashed(token), session.model_copy(update={"state": "active", "input_at_s": now_s}))

    def of(self, token: str, now_s: float) -> Session | None:
        """The session of a token, locked when its officer has touched nothing for LOCK_AFTER_S."""
        session = self.sessions.get(hashed(token))
        if session is None or session.state == "ended":
            return None
        user = self.users.get(session.user)
        if now_s - session.began_at_s > SESSION_MAX_S or user is None or user.disabled:
            self._put(hashed(token), session.model_copy(update={"state": "ended"}))
            return None
        if session.state == "active" and now_s - session.input_at_s > LOCK_AFTER_S:
            return self._put(hashed(token), session.model_copy(update={"state": "locked"}))
        return session

    def touch(self, token: str, now_s: float) -> None:
        """The officer did something. Kept in memory: a restart only makes him look away for a moment longer."""
        session = self.sessions.get(hashed(token))
        if session is not None and session.state == "active":
            self.sessions[hashed(token)] = session.model_copy(update={"input_at_s": now_s})

    def lock(self, token: str) -> Session | None:
        session = self.sessions.get(hashed(token))
        return self._put(hashed(token), session.model_copy(update={"state": "locked"})) if session else None

    def end(self, token: str) -> None:
        session = self.sessions.get(hashed(token))
        if session is not None:
            self._put(hashed(token), session.model_copy(update={"state": "ended"}))

    def relieve(self, token: str, now_s: float) -> Session | None:
        """A new turn at the post."""
        session = self.sessions.get(hashed(token))
        return self._put(hashed(token), session.model_copy(update={"post_since_s": now_s})) if session else None

    def screen(self, session: Session, opened: bool, now_s: float) -> None:
        self.screens[session.id] = max(0, self.screens.get(session.id, 0) + (1 if opened else -1))
        self.seen_at_s[session.id] = now_s

    # --- duty ------------------------------------------------------------------------------------------------

    def at_post(self, now_s: float) -> list[Session]:
        """Officers who supervise, with an open screen and a sign of life: without any, no lane serves."""
        return [
            session
            for session in self.sessions.values()
            if session.state != "ended"
            and may(session.role, May.SUPERVISE)
            and now_s - session.input_at_s <= ABSENT_S
            and (self.screens.get(session.id) or now_s - self.seen_at_s.get(session.id, 0.0) <= SCREEN_GONE_S)
        ]

    def silent(self, now_s: float) -> list[Session]:
        """Those at the post who have touched nothing for SIGN_OF_LIFE_S."""
        return [session for session in self.at_post(now_s) if now_s - session.input_at_s > SIGN_OF_LIFE_S]

    # ---------------------------------------------------------------------------------------------------------

    def _proved(self, login: str, password: str, now_s: float) -> User:
        failures = self.store.get(FAILURES, hashed(login), Failures) or Failures()
        if now_s < failures.until_s:
            wait_s = round(failures.until_s - now_s)
            raise Problem(429, "too_many_tries", f"Too many wrong passwords: wait {wait_s} s, or ask a colleague.")
        user = self.named(login)
        if user is None or user.disabled or not self._is_password(user, password):
            if user is None:
                self._nobody = self._nobody or self._hasher.hash(secrets.token_urlsafe())
                self._matches(self._nobody, password)
            self._failed(login, failures, now_s)
            raise Problem(401, "wrong_sign_in", "Name or password is wrong.")
        self.store.drop(FAILURES, hashed(login))
        return user

    def _failed(self, login: str, failures: Failures, now_s: float) -> None:
        count = failures.count + 1
        locks = max(0, count - FREE_TRIES + 1)
        until_s = now_s + min(LAST_LOCK_S, FIRST_LOCK_S * 2 ** (locks - 1)) if locks else 0.0
        self.store.put(FAILURES, hashed(login), Failures(count=count, until_s=until_s))

    def _is_password(self, user: User, password: str) -> bool:
        return self._matches(user.hash, password)

    def _matches(self, hash_: str, password: str) -> bool:
        try:
            return self._hasher.verify(hash_, password[:MAX_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False

    def _keep(self, user: User) -> User:
        self.users[user.id] = user
        self.store.put(USER, user.id, user, is_open=not user.disabled)
        return user

    def _put(self, token_hash: str, session: Session) -> Session:
        is_open = session.state != "ended"
        self.store.put(SESSION, token_hash, _Kept(token_hash=token_hash, session=session), is_open=is_open)
        self.sessions[token_hash] = session
        return session


class _Kept(BaseModel):
    token_hash: str
    session: Session


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def require_good(password: str, login: str) -> None:
    """NIST SP 800-63B: length decides; a name inside does not help."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise Problem(422, "password_length", f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.")
    if login.lower() in password.lower() or len(set(password)) < 5:
        raise Problem(422, "password_weak", "This password is too easy to guess: take another.")
