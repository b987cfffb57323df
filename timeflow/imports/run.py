"""`timeflow import`: check the file, post it, and say what was not taken."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from timeflow.imports.items import Rejection, Source, Unfit
from timeflow.imports.posting import Posting, PostingFailed, connected
from timeflow.refusals import Refused

#: Rejected items that are named on the terminal; all of them go to the file one asks for.
_MOST_NAMED = 20
_CHUNK_BYTES = 1 << 16


def run(source: Source, server: str, key: str | None, rejected: Path | None) -> int:
    """Import it; the exit code: 0, or 1 when some items were not taken."""
    if not key:
        raise Refused("an API key with the scope ingest is needed: --key or TIMEFLOW_KEY")
    if urlsplit(server).scheme not in ("http", "https"):
        raise Refused(f"not the address of a server: {server}")
    try:
        count = source.check()
        rejections = asyncio.run(_post(source, server, key, count))
    except (Unfit, PostingFailed) as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from None
    finally:
        source.close()
    click.echo(f"{count - len(rejections)} taken, {len(rejections)} rejected")
    _tell(rejections, rejected)
    return 1 if rejections else 0


@contextmanager
def downloaded(url: str) -> Iterator[Path]:
    """The answer of a URL as a file, for as long as it is needed."""
    with tempfile.NamedTemporaryFile(prefix="timeflow-import-") as file:
        try:
            asyncio.run(_download(url, Path(file.name)))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Refused(f"{_without_secret(url)}: {_reason(error)}") from None
        yield Path(file.name)


async def _post(source: Source, server: str, key: str, count: int) -> list[Rejection]:
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as progress:
        task = progress.add_task("Import", total=count)
        async with connected(server, key) as client:
            posting = Posting(client, lambda done: progress.advance(task, done))
            await posting.post(source)
    return posting.rejections


async def _download(url: str, to: Path) -> None:
    async with aiohttp.ClientSession(raise_for_status=True) as client, client.get(url) as answer:
        with to.open("wb") as file:
            async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
                file.write(chunk)


def _without_secret(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientResponseError):
        return f"answered {error.status}"
    return str(error) or type(error).__name__


def _tell(rejections: list[Rejection], to: Path | None) -> None:
    if to:
        to.write_text("".join(f"{where}: {why}\n" for where, why in rejections))
    for where, why in rejections[:_MOST_NAMED]:
        click.echo(f"{where}: {why}", err=True)
    if len(rejections) > _MOST_NAMED:
        click.echo(f"and {len(rejections) - _MOST_NAMED} more", err=True)
