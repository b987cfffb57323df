"""Whether the server can carry streams at all."""

from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.errors import Away, Refused, UnfitRedis

#: The oldest version that carries streams.
OLDEST = (7, 0)


async def check_server(connections: Connections) -> None:
    """Raise `UnfitRedis` unless the server is 7.0 or newer and evicts nothing."""
    try:
        server = (await connections.call("INFO", "server")).decode()
        memory = (await connections.call("INFO", "memory")).decode()
    except Refused as error:
        raise UnfitRedis(f"Redis refuses to answer: {error}") from error
    version = _field(server, "redis_version")
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise UnfitRedis(f"Redis {version} is too old: 7.0 or newer is needed")
    policy = _field(memory, "maxmemory_policy")
    if policy != "noeviction":
        raise UnfitRedis(
            f"Redis has maxmemory-policy {policy}, which may drop events unread: set noeviction"
        )


async def require_server(connections: Connections) -> None:
    """As `check_server`; a server that cannot be reached is unfit, too."""
    try:
        await check_server(connections)
    except Away as error:
        raise UnfitRedis(str(error)) from error


def _field(info: str, name: str) -> str:
    for line in info.splitlines():
        if line.startswith(f"{name}:"):
            return line.partition(":")[2].strip()
    raise UnfitRedis(f"Redis does not tell its {name}")
