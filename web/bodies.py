"""Reading a request's body: whole, and within its time."""

import asyncio

from aiohttp import web

from web.problems import Problem


async def read(request: web.Request, within_s: float) -> bytes:
    """The body; raises `Problem` 408 when it takes longer to arrive."""
    if request.content.is_eof():
        return await request.read()
    try:
        async with asyncio.timeout(within_s):
            return await request.read()
    except TimeoutError:
        detail = f"The body did not arrive within {within_s:g} seconds."
        raise Problem(408, "too-slow", detail, headers={"Connection": "close"}) from None
