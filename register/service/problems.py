"""Errors as problem details (RFC 9457): they name a code and fields, never a value."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from register.failures import RegisterBusy, RegisterFailed

PROBLEM = "application/problem+json"
_CODES = {404: "not_found", 405: "method_not_allowed", 400: "body_unreadable"}


class Problem(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str, title: str, advice: str = "", **headers: str) -> None:
        super().__init__(title)
        self.status, self.code, self.advice = status, code, advice
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class ProblemDetails(BaseModel):
    """The body of every error."""

    type: str = "about:blank"
    status: int = Field(ge=400, le=599)
    code: str
    """For programs."""
    title: str
    """For people; never says what was sent."""
    fields: list[str] = []
    """Where a body is wrong."""
    advice: str = ""
    """What is wrong with a picture, as a key, for pages in other languages."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route."""
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    described = {"description": "Problem details", "model": ProblemDetails, "content": content}
    return {status: dict(described) for status in statuses}


def told(status: int, code: str, title: str, **more: Any) -> JSONResponse:
    body = {"type": "about:blank", "status": status, "code": code, "title": title, **more}
    return JSONResponse(body, status, media_type=PROBLEM)


def handle_problems(app: FastAPI, words: Iterable[type[BaseModel]] = ()) -> None:
    """Every error of `app` becomes problem details; fields are named only when a word of ours has them."""
    known = {name for word in words for name in word.model_fields}

    async def problem(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)  # noqa: S101  (Starlette types every handler for Exception)
        more = {"advice": error.advice} if error.advice else {}
        answer = told(error.status, error.code, str(error), **more)
        answer.headers.update(error.headers)
        return answer

    async def invalid(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101  (as above)
        fields = sorted({str(part) for each in error.errors() for part in each["loc"] if part in known})
        return told(422, "body_invalid", "the request is not what this question takes", fields=fields)

    async def failed(_request: Request, error: Exception) -> JSONResponse:
        code = "register_busy" if isinstance(error, RegisterBusy) else "register_failed"
        return told(503, code, "the register cannot answer now: ask again, or hand over to an officer")

    async def refused(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101  (as above)
        answer = told(error.status_code, _CODES.get(error.status_code, "refused"), "the service has no such question")
        answer.headers.update(error.headers or {})
        return answer

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(RegisterFailed, failed)
    app.add_exception_handler(HTTPException, refused)
