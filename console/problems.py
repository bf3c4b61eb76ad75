"""What the console refuses with: RFC 9457, a stable `code`, one sentence. Nothing that was sent is repeated."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from records.errors import FactRefused, JournalFailed

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence


def answer(status: int, code: str, sentence: str) -> JSONResponse:
    content = {"type": "about:blank", "status": status, "code": code, "title": sentence}
    return JSONResponse(content, status, media_type=MEDIA_TYPE)


def other_lane() -> Problem:
    return Problem(403, "other_lane", "This lane is not yours: call who has it.")


def moved_on() -> Problem:
    return Problem(409, "moved_on", "The lane has moved on: look at it again before you act.")


def install(app: FastAPI) -> None:
    """Every refusal of the app in this form."""

    @app.exception_handler(Problem)
    async def ours(_request: Request, problem: Problem) -> JSONResponse:
        return answer(problem.status, problem.code, problem.sentence)

    @app.exception_handler(RequestValidationError)
    async def not_understood(_request: Request, error: RequestValidationError) -> JSONResponse:
        where = sorted({".".join(str(part) for part in each["loc"]) for each in error.errors()})
        return answer(422, "not_understood", f"Not understood: {', '.join(where)[:200]}.")

    @app.exception_handler(FactRefused)
    async def personal(_request: Request, _error: FactRefused) -> JSONResponse:
        sentence = "The text is too long or holds what looks like a passport's lines: leave that out."
        return answer(422, "text_refused", sentence)

    @app.exception_handler(JournalFailed)
    async def not_kept(_request: Request, _error: JournalFailed) -> JSONResponse:
        return answer(503, "audit_failed", "The audit trail cannot be written: nothing was done. Look at the disk.")

    @app.exception_handler(HTTPException)
    async def others(_request: Request, error: HTTPException) -> JSONResponse:
        return answer(error.status_code, "not_possible", str(error.detail))
