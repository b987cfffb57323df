"""The refresh token as a cookie, for pages of the API's own origin: scripts cannot read it.

The browser sends a cookie by itself, so whoever acts on it checks first that a page of ours asked
(OWASP, Cross-Site Request Forgery Prevention: a custom header and Fetch Metadata, with `Origin`
where a browser sends no metadata, as to a LAN address over plain HTTP; there is no state to keep
for these, as there would be for a token). `HEADER` is not among the headers CORS allows: no page
of another origin can send it, not even one that may call the API. `SameSite` alone would let in
other ports of the same host.
"""

import re

from aiohttp import web

from web.network import own_origin
from web.problems import Problem

NAME = "timeflow_refresh"
HEADER = "Timeflow-CSRF"
_PATH = "/auth"

_may_be_token = re.compile(r"[A-Za-z0-9_-]{1,200}").fullmatch


def made(request: web.Request, token: str, life_s: float, trusted: str) -> str:
    """The `Set-Cookie` that keeps a token for so many seconds; 0 and no token: that drops it."""
    is_https = own_origin(request, trusted).startswith("https:")
    attributes = f"Path={_PATH}; Max-Age={int(life_s)}; HttpOnly; SameSite=Strict"
    return f"{NAME}={token}; {attributes}{'; Secure' if is_https else ''}"


def dropped(request: web.Request, trusted: str) -> str:
    """The `Set-Cookie` that ends the cookie."""
    return made(request, "", 0, trusted)


def given(request: web.Request) -> str | None:
    """The token in the cookie of a request, whoever made the browser send it."""
    token = request.cookies.get(NAME, "")
    return token if _may_be_token(token) else None


def check_origin(request: web.Request, trusted: str) -> None:
    """Raise `Problem` 403 unless a page of ours sent this request, or no browser at all."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        is_ours = site == "same-origin"
    else:
        is_ours = origin is None or origin.lower() == own_origin(request, trusted)
    if not is_ours or HEADER not in request.headers:
        raise Problem(403, "csrf", f"The cookie needs the header {HEADER} and a page of ours.")
