"""The peer of the single POST: an aiohttp application that reads the body and answers 202."""

import sys

import uvloop
from aiohttp import web

ANSWER = b'{"accepted":1,"rejected":0,"results":[{"id":"bench-0-0","status":"accepted"}]}'


async def events(request: web.Request) -> web.Response:
    """Read the body, do nothing with it."""
    await request.read()
    return web.Response(body=ANSWER, status=202, content_type="application/json")


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    application = web.Application()
    application.router.add_post("/events", events)
    await web._run_app(application, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
