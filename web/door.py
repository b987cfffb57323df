"""The server below the routes: what is no HTTP gets a problem, too, and no traceback in the log.

aiohttp would answer it with a text that tells its version, and log it as an error of ours.
"""

import secrets
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from web import problems
from web.problems import Problem

_log = structlog.get_logger(__name__)


class Runner(web.AppRunner):
    """An `AppRunner` whose connections answer so."""

    async def _make_server(self) -> web.Server:
        plain = await super()._make_server()
        return _Door(plain.request_handler, request_factory=plain.request_factory, **plain._kwargs)


class _Door(web.Server):
    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Connection(RequestHandler):
    __slots__ = ()

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Say what the client did wrong in one line, and our own errors as aiohttp does."""
        error = kw.get("exc_info")
        if isinstance(error, (HttpProcessingError, web.RequestPayloadError)):
            _log.info("malformed request", reason=type(error).__name__)
        else:
            super().log_exception(*args, **kw)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be read; what is our own fault is aiohttp's to tell."""
        if not isinstance(exc, HttpProcessingError) or request.writer.output_size > 0:
            return super().handle_error(request, status, exc, message)
        request_id = secrets.token_hex(8)
        # What follows the colon is what was sent, perhaps a credential.
        reason = exc.message.partition(":")[0]
        _log.info("malformed request", request_id=request_id, reason=reason)
        detail = "This cannot be read as an HTTP request."
        response = problems.answer_to(Problem(400, "malformed-request", detail), request_id)
        response.headers["Request-Id"] = request_id
        response.force_close()
        return response
