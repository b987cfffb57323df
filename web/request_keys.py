"""What is noted on a request on its way, for its log line."""

from aiohttp import web

ACCOUNT = web.RequestKey("account", str)
