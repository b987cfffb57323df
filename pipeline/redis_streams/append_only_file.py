"""Rewriting the append-only file: afterwards it holds what Redis holds, and nothing that went."""

import asyncio
from typing import Literal

from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.errors import Refused

_POLL_S = 0.1

Rewritten = Literal["rewritten", "none"]


async def rewrite(connections: Connections) -> tuple[Rewritten, str]:
    """Rewrite and wait for the end; what was done, and why it could not be ('' if it was)."""
    try:
        if not int((await _persistence(connections)).get("aof_enabled", "0")):
            return "none", ""
        before = await _idle(connections)
        await connections.call("BGREWRITEAOF")
        after = await _idle(connections)
    except Refused as error:
        return "none", str(error)
    if int(after.get("aof_rewrites", "0")) <= int(before.get("aof_rewrites", "0")):
        return "none", "the server did not begin"
    if after.get("aof_last_bgrewrite_status") != "ok":
        return "none", "the server failed; its log tells why"
    return "rewritten", ""


async def _idle(connections: Connections) -> dict[str, str]:
    """The server's words once no rewrite is under way or scheduled."""
    while True:
        said = await _persistence(connections)
        if said.get("aof_rewrite_in_progress") == said.get("aof_rewrite_scheduled") == "0":
            return said
        await asyncio.sleep(_POLL_S)


async def _persistence(connections: Connections) -> dict[str, str]:
    info = (await connections.call("INFO", "persistence")).decode()
    return dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
