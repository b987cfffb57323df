"""What is noted on a request on its way, for its log line and its metrics."""

from aiohttp import web

from web.rate_limits import Standing

ROUTE = web.RequestKey("route", str)
ACCOUNT = web.RequestKey("account", str)
STANDING = web.RequestKey("standing", Standing)
