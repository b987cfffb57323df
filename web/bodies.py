"""Reading a request's body: whole, within its time, and no more of it than is taken."""

import asyncio

from aiohttp import web

from web.problems import TOO_LARGE, Problem

_CLOSE = {"Connection": "close"}


async def read(request: web.Request, within_s: float) -> bytes:
    """The body; raises `Problem` 408 when it takes longer to arrive."""
    if request.content.is_eof():
        return await request.read()
    try:
        async with asyncio.timeout(within_s):
            return await request.read()
    except TimeoutError:
        detail = f"The body did not arrive within {within_s:g} seconds."
        raise Problem(408, "too-slow", detail, headers=_CLOSE) from None
    except web.HTTPRequestEntityTooLarge:
        if "Content-Encoding" not in request.headers:
            raise
        # aiohttp would unpack the rest only to ignore it, and that is what a bomb is for.
        request.protocol.close()
        raise Problem(413, "too-large", TOO_LARGE, headers=_CLOSE) from None
