"""An example of each error that a route may answer, for the document."""

from typing import Any, get_args

import msgspec

from web.example_values import BY_NAME
from web.problems import TITLES, TOO_LARGE, ProblemDetails, Violation
from web.routes import Route

_CODES: dict[int, tuple[str, str]] = {
    400: ("malformed-json", "JSON is malformed: expected '\"' (byte 1)"),
    401: ("unauthorized", "A token or key is needed."),
    403: ("forbidden", "Your role or the scopes of your key do not allow it."),
    404: ("not-found", "There is no such thing here, or it is not yours."),
    408: ("too-slow", "The body did not come in time."),
    409: ("conflict", "What is there does not allow it."),
    412: ("changed", "It was changed since you read it: read it again."),
    413: ("too-large", TOO_LARGE),
    415: ("not-json", "The body must be application/json."),
    422: ("invalid", "The input is not valid."),
    429: ("too-many", "Too many requests: wait as long as Retry-After says."),
    503: ("busy", "The database is busy."),
}


def problem_example(route: Route, status: int) -> Any:
    """The body of the answer with this status."""
    code, detail = _CODES.get(status, (TITLES[status].lower().replace(" ", "-"), ""))
    errors = [Violation(_field(route), "Required")] if status == 422 else []
    details = ProblemDetails(
        title=TITLES[status],
        status=status,
        code=code,
        request_id=BY_NAME["request_id"],
        detail=detail,
        errors=errors,
    )
    return msgspec.to_builtins(details)


def _field(route: Route) -> str:
    """Something of the route's own that may be wrong."""
    kinds = (route.accepts, *get_args(route.accepts), route.arguments.get("query"))
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return msgspec.structs.fields(kind)[0].encode_name
    return next(iter(route.parameters), "")
