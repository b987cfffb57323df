"""What is noted on a request on its way, for its log line and its answer."""

from aiohttp import web

ACCOUNT = web.RequestKey("account", str)
#: The value of a `Set-Cookie` header.
SET_COOKIE = web.RequestKey("set_cookie", str)
