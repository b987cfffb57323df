"""Everything of the caller as one ZIP archive that is readable without TimeFlow."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from models.personal_tables import TABLES, PersonalTable
from pipeline.database import DatabaseBusy
from web.audited import Audit
from web.callers import Caller
from web.context import Context
from web.routes import ACCOUNT, EXPORTS, route
from web.streamed import Download

#: Rows read at a time: what an export holds in memory.
PAGE = 1000

_README = """# Your data in TimeFlow

Exported {now} for the account {user_id}.

Each file `NAME.ndjson` holds the rows of one table, one JSON object a line (NDJSON), UTF-8.
Instants are RFC 3339 in UTC; `-infinity` is from the beginning; columns that end in `_us` are
microseconds. A file without a line says that there is nothing. What came in while the export was
made may or may not be in it. Hashes of passwords, keys and tokens are left out.

{files}
"""


@route(
    "GET",
    "/me/export",
    summary="Everything of the caller: a ZIP of NDJSON files and a README",
    tags=("privacy",),
    access=ACCOUNT,
    limit=EXPORTS,
    media="application/zip",
)
async def get_export(context: Context, caller: Caller, audit: Audit) -> Download:
    """Read and pack page by page, off the loop, as fast as it is taken."""
    now = datetime.now(UTC)
    name = f"timeflow-{now:%Y-%m-%d}.zip"
    return Download(_chunks(context, _audited(audit, archive(caller.user_id, now))), name)


def _audited(audit: Audit, steps: Iterator[bytes]) -> Iterator[bytes]:
    """The audit entry comes before anything is read, and waits as that does."""
    audit("export")
    yield from steps


async def _chunks(context: Context, steps: Iterator[bytes]) -> AsyncIterator[bytes]:
    while True:
        try:
            chunk = await context.database.run(next, steps, None)
        except DatabaseBusy:
            # Nothing was begun: requests go first, an export has time.
            continue
        if chunk is None:
            return
        if chunk:
            yield chunk


def archive(user_id: UUID, now: datetime) -> Iterator[bytes]:
    """The archive in pieces; each step reads one page on the thread that takes it."""
    tables = [table for table in TABLES if table.about]
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as packed:
        packed.writestr(_info("README.md", now), _readme(user_id, now, tables))
        for table in tables:
            # The size is not known before: it may be beyond what a ZIP held in its youth.
            with packed.open(_info(f"{table.name}.ndjson", now), "w", force_zip64=True) as file:
                for lines in _pages(table, user_id):
                    file.write(lines)
                    yield sink.take()
    yield sink.take()


def _pages(table: PersonalTable, user_id: UUID) -> Iterator[bytes]:
    after = None
    while True:
        rows = table.page(user_id, after, PAGE)
        yield b"".join(_line(table, row) for row, _ in rows)
        if len(rows) < PAGE:
            return
        after = rows[-1][1]


def _line(table: PersonalTable, row: str) -> bytes:
    if not table.raw:
        return row.encode() + b"\n"
    value = msgspec.json.decode(row)
    for name in table.raw:
        if (shown := value[name]) is not None:
            # As PostgreSQL writes bytes: \\x and hexadecimal digits.
            value[name] = bytes.fromhex(shown[2:]).decode("utf-8", "backslashreplace")
    return bytes(msgspec.json.encode(value)) + b"\n"


def _readme(user_id: UUID, now: datetime, tables: list[PersonalTable]) -> str:
    files = "\n".join(f"- `{table.name}.ndjson`: {table.about}" for table in tables)
    return _README.format(now=now.isoformat(timespec="seconds"), user_id=user_id, files=files)


def _info(name: str, now: datetime) -> ZipInfo:
    info = ZipInfo(name, now.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


class _Sink:
    """What was written since it was last taken; no file, so one cannot go back in it."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing was opened."""

    def take(self) -> bytes:
        taken, self._written = b"".join(self._written), []
        return taken
