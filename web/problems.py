"""The one place where an error becomes an answer (RFC 9457): nothing else in `web` answers one.

A handler raises `Problem`, or lets what the layers below raise pass: the database away or busy,
Redis away, an append not taken. `reading` tells errors of the client's input from our own.
"""

import re
from collections import defaultdict
from types import TracebackType

import msgspec
import peewee
import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from pipeline.database import DatabaseBusy
from pipeline.intake import NotTaken, OutcomeUnknown
from pipeline.redis_streams.backoff import Seldom
from pipeline.redis_streams.errors import StreamsError
from web.answers import answer

MEDIA = "application/problem+json"

_log = structlog.get_logger(__name__)


class Violation(msgspec.Struct, frozen=True):
    """What is wrong with one value of the input, and where it stands (`events[3].time`)."""

    path: str
    message: str


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of every error answer. `code` is for programs, `detail` for people."""

    title: str
    status: int
    code: str
    request_id: str
    type: str = "about:blank"
    detail: str = ""
    errors: list[Violation] = []


class Problem(Exception):
    """An answer other than success."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        errors: tuple[Violation, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


TITLES = {
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}

TOO_LARGE = "The body is larger than this server takes."

_AWAY = (
    (NotTaken, "not-taken", "Nothing was taken; send it again."),
    (OutcomeUnknown, "unknown", "The outcome is unknown; send it again with the same ids."),
    (DatabaseBusy, "busy", "The database is busy."),
    (
        (peewee.OperationalError, peewee.InterfaceError),
        "database-away",
        "The database is away or overloaded.",
    ),
    (StreamsError, "redis-away", "Redis is away."),
)

#: The reasons of a whole outage are one; each request has its own line in the access log.
_may_say: defaultdict[str, Seldom] = defaultdict(Seldom)


def not_found() -> Problem:
    """404, for what does not exist and for what is another's alike."""
    return Problem(404, "not-found", "There is no such thing here, or it is not yours.")


def unavailable(code: str, detail: str, errors: tuple[Violation, ...] = ()) -> Problem:
    """503: the client did nothing wrong and should come again."""
    return Problem(503, code, detail, errors=errors, headers={"Retry-After": "1"})


def invalid(path: str, message: str) -> Problem:
    """422: well-formed input with one unusable value."""
    return Problem(422, "invalid", "The input is not valid.", errors=(Violation(path, message),))


def violation(error: Exception) -> Violation:
    """Where and what, out of an error of msgspec: "Expected `int` - at `$.events[3].time`"."""
    message, _, at = str(error).partition(" - at `")
    path = re.sub(r"^(key in )?\$\.?", "", at.removesuffix("`"))
    field = re.search(r"(?:unknown|required) field `(.*)`$", message, re.DOTALL)
    if field:
        path = f"{path}.{field[1]}" if path else field[1]
        message = "Unknown field" if "unknown" in message else "Required"
    return Violation(path, message.replace("`", ""))


class reading:
    """Inside this block an error of decoding is the client's: 400 or 422, never 500."""

    def __enter__(self) -> None:
        """Nothing to open."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if isinstance(error, msgspec.ValidationError):
            raise Problem(
                422, "invalid", "The input is not valid.", errors=(violation(error),)
            ) from error
        if isinstance(error, RecursionError):
            raise Problem(400, "malformed-json", "The JSON is nested too deeply.") from error
        if isinstance(error, UnicodeDecodeError):
            raise Problem(400, "malformed-json", "The body is not UTF-8.") from error
        if isinstance(error, msgspec.DecodeError):
            raise Problem(400, "malformed-json", str(error)) from error


def problem_of(error: Exception) -> Problem:
    """The problem that an error of any layer is to the client."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return Problem(413, "too-large", TOO_LARGE)
    if isinstance(error, web.HTTPException):
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return Problem(error.status, error.reason.lower().replace(" ", "-"), headers=allow)
    if isinstance(error, (web.RequestPayloadError, HttpProcessingError)):
        return Problem(400, "malformed-body", "The body could not be read as its headers say.")
    for kinds, code, detail in _AWAY:
        if isinstance(error, kinds):
            if _may_say[code]:
                _log.warning("unavailable", code=code, error=str(error))
            return unavailable(code, detail)
    _log.error("failed", exc_info=error)
    return Problem(500, "internal", "An error of ours; the request id finds it in the log.")


def answer_to(problem: Problem, request_id: str) -> web.Response:
    """The problem as a response."""
    details = ProblemDetails(
        title=TITLES.get(problem.status, "Error"),
        status=problem.status,
        code=problem.code,
        request_id=request_id,
        detail=problem.detail,
        errors=list(problem.errors),
    )
    if problem.status == 304:
        return answer(304)  # has no body
    response = answer(problem.status, msgspec.json.encode(details), MEDIA)
    response.headers.update(problem.headers)
    return response
