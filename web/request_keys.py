"""What is noted on a request on its way, for its log line and its metrics."""

from aiohttp import web

ROUTE = web.RequestKey("route", str)
ACCOUNT = web.RequestKey("account", str)
