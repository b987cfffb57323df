"""Answers as they leave: every one carries the security headers, and none may be kept."""

from functools import lru_cache

from aiohttp import web
from multidict import CIMultiDict, istr

from web.docs import STYLE_SOURCE

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src {STYLE_SOURCE}; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "timeflow",
    "X-Content-Type-Options": "nosniff",
}


def answer(status: int, body: bytes = b"", media: str = "") -> web.Response:
    """An answer with `body` of the type `media`, or with none."""
    return web.Response(body=body or None, status=status, headers=_headers(media).copy())


@lru_cache
def _headers(media: str) -> CIMultiDict[str]:
    """The headers of all answers of a type: copying them is cheaper than adding each."""
    headers = {**SECURITY_HEADERS, **({"Content-Type": media} if media else {})}
    return CIMultiDict({istr(name): value for name, value in headers.items()})
