"""Sign-in, lock, password, post: `/api/v1/session`."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field, SecretStr

from console.access import Access
from console.problems import Problem
from console.room import session_shown
from console.staff import Session

Login = Annotated[str, Field(min_length=1, max_length=40)]
Password = Annotated[SecretStr, Field(max_length=128)]
AT_ONCE = 2
"""Passwords checked at the same time: a flood of tries must not keep the console from its work."""


class SignIn(BaseModel):
    login: Login
    password: Password


class Unlock(BaseModel):
    password: Password


class NewPassword(BaseModel):
    old: Password
    new: Password


def router(access: Access) -> APIRouter:
    room, routes = access.room, APIRouter(prefix="/session", tags=["session"])
    checking = asyncio.Semaphore(AT_ONCE)
    Anybody = Annotated[Session, Depends(access.anybody)]  # noqa: N806  (a type)

    def shown(session: Session) -> dict[str, Any]:
        user = room.staff.users[session.user]
        return {**session_shown(session), "login": user.login, "must_change": user.must_change}

    @routes.get("")
    async def who(request: Request) -> dict[str, Any]:
        """Who is signed in on this screen; `state` is none where nobody is."""
        session = access.session(request.cookies)
        return shown(session) if session else {"state": "none"}

    @routes.post("")
    async def sign_in(request: SignIn, response: Response) -> dict[str, Any]:
        """Makes a new session each time: a token from before is worth nothing."""
        async with checking:
            try:
                token, session = await run_in_threadpool(
                    room.staff.sign_in, request.login, request.password.get_secret_value(), room.now_s
                )
            except Problem as problem:
                known = room.staff.named(request.login)
                room.audit.write("sign_in_refused", known.id if known else "unknown", code=problem.code)
                raise
        room.audit.write("signed_in", session.user, session=session.id, role=session.role.value)
        access.give_cookie(response, token)
        room.tick()
        return shown(session)

    @routes.delete("")
    async def sign_out(request: Request, response: Response, session: Anybody) -> dict[str, Any]:
        room.staff.end(access.token(request.cookies))
        room.audit.write("signed_out", session.user, session=session.id)
        access.take_cookie(response)
        room.look_again(session.id)
        room.tick()
        return {}

    @routes.post("/lock")
    async def lock(request: Request, session: Anybody) -> dict[str, Any]:
        """Alarms stay in sight and audible; nobody's data does."""
        locked = room.staff.lock(access.token(request.cookies)) or session
        room.audit.write("locked", session.user, session=session.id)
        room.look_again(session.id)
        return shown(locked)

    @routes.post("/unlock")
    async def unlock(request: Request, asked: Unlock, session: Anybody) -> dict[str, Any]:
        async with checking:
            active = await run_in_threadpool(
                room.staff.unlock, access.token(request.cookies), asked.password.get_secret_value(), room.now_s
            )
        room.audit.write("unlocked", session.user, session=session.id)
        room.look_again(session.id)
        return shown(active)

    @routes.post("/password")
    async def change(asked: NewPassword, session: Anybody) -> dict[str, Any]:
        user = room.staff.users[session.user]
        async with checking:
            await run_in_threadpool(
                room.staff.change_password, user, asked.old.get_secret_value(), asked.new.get_secret_value()
            )
        room.audit.write("password_changed", session.user)
        return shown(session)

    @routes.post("/present")
    async def present(request: Request, session: Anybody) -> dict[str, Any]:
        """Still here."""
        room.staff.touch(access.token(request.cookies), room.now_s)
        room.audit.write("sign_of_life", session.user, session=session.id)
        room.tick()
        return shown(session)

    return routes
