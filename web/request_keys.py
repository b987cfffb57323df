"""What is noted on a request on its way, for its log line and its answer."""

from aiohttp import web

from web.rate_limits import Standing

ACCOUNT = web.RequestKey("account", str)
STANDING = web.RequestKey("standing", Standing)
#: The value of a `Set-Cookie` header.
SET_COOKIE = web.RequestKey("set_cookie", str)
