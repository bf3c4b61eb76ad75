"""Who asks: the session behind a request, what its role may, and that the request is our own page's."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from fastapi import Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from console.problems import Problem
from console.roles import May, may
from console.room import Room
from console.staff import SESSION_MAX_S, TOKEN, Session, hashed
from link.staff import StaffRole
from web.headers import is_same_origin

CSRF_HEADER = "x-egate"
"""A page of another origin cannot set it without being asked about first."""


class MachineToken(BaseModel):
    """For integrators: reads what its role may, commands nothing."""

    model_config = ConfigDict(frozen=True)

    name: str
    role: StaffRole


@dataclass(frozen=True, slots=True)
class Access:
    room: Room = field(repr=False)
    is_secure: bool
    """Served over https: then the cookie is bound to host and scheme by its name (`__Host-`)."""

    @property
    def cookie(self) -> str:
        return "__Host-egate-console" if self.is_secure else "egate-console"

    def give_cookie(self, response: Response, token: str) -> None:
        response.set_cookie(
            self.cookie,
            token,
            max_age=round(SESSION_MAX_S),
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite="strict",
        )

    def take_cookie(self, response: Response) -> None:
        response.delete_cookie(self.cookie, path="/", secure=self.is_secure, httponly=True, samesite="strict")

    def token(self, cookies: Mapping[str, str]) -> str:
        return cookies.get(self.cookie, "")

    def session(self, cookies: Mapping[str, str]) -> Session | None:
        token = self.token(cookies)
        return self.room.staff.of(token, self.room.now_s) if token else None

    def needs(self, what: May, *, locked_too: bool = False) -> Callable[[Request], Awaitable[Session]]:
        """A dependency: the session that may do it, or a Problem. No request changes threads for it."""

        async def signed_in(request: Request) -> Session:
            session = self._of(request)
            if session.state == "locked" and not locked_too:
                raise Problem(423, "locked", "This screen is locked: unlock it first.")
            user = self.room.staff.users.get(session.user)
            if user is not None and user.must_change and not locked_too:
                raise Problem(403, "password_change_needed", "Choose a password of your own first.")
            if not may(session.role, what):
                raise Problem(403, "not_allowed", "Your role may not do this.")
            if request.method != "GET":
                self.room.staff.touch(self.token(request.cookies), self.room.now_s)
            return session

        return signed_in

    async def anybody(self, request: Request) -> Session:
        """A dependency: whoever has a session, locked or not."""
        return self._of(request)

    async def require_own_page(self, request: Request) -> None:
        """A dependency of every request that changes something."""
        if request.method in ("GET", "HEAD"):
            return
        if request.headers.get(CSRF_HEADER) is None:
            raise Problem(403, "foreign_page", "This request did not come from the console's own page.")
        if request.headers.get("origin") and not is_same_origin(request.headers):
            raise Problem(403, "foreign_page", "This request came from another page.")

    def _of(self, request: Request) -> Session:
        if request.headers.get("authorization", "").startswith("Bearer ") and request.method == "GET":
            return self._machine(request.headers["authorization"].removeprefix("Bearer "))
        session = self.session(request.cookies)
        if session is None:
            raise Problem(401, "not_signed_in", "Sign in first.")
        return session

    def _machine(self, token: str) -> Session:
        known = self.room.store.get(TOKEN, hashed(token), MachineToken)
        if known is None:
            raise Problem(401, "token_unknown", "This token is not known here.")
        now_s = self.room.now_s
        name = f"machine-{known.name}"
        return Session(id=name, user=name, role=known.role, began_at_s=now_s, input_at_s=now_s, post_since_s=now_s)
