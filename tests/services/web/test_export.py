"""Rules of the export: everything of the caller, nothing of others, no secret, little memory."""

import asyncio
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from models.database import configure, database, execute
from models.personal_tables import ELSEWHERE, TABLES, PersonalTable, columns_named_user_id
from pipeline.settings import Settings
from tests.services.web.api import Api
from tests.services.web.test_raw_events import _point as point
from tests.services.web.test_raw_events import _store as store
from web import export

pytestmark = pytest.mark.services

Files = dict[str, list[dict[str, Any]]]


async def exported(api: Api, token: str) -> tuple[str, Files]:
    """The README, and the rows of each file."""
    answer = await api.get("/me/export", token)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        assert packed.testzip() is None
        texts = {name: packed.read(name).decode() for name in packed.namelist()}
    readme = texts.pop("README.md")
    return readme, {
        name.removesuffix(".ndjson"): [json.loads(line) for line in text.splitlines()]
        for name, text in texts.items()
    }


@pytest.fixture
def migrated(database_url: str) -> None:
    configure(database_url, lease_s=60, statement_timeout_s=30, lock_timeout_s=30)


def test_every_table_with_a_user_id_is_a_line_of_the_list(migrated: None) -> None:
    with database.connection_context():
        found = columns_named_user_id()
    listed = {table.name for table in TABLES}
    assert found - listed - ELSEWHERE.keys() == set(), "say how it is exported and erased"
    assert found > {"usage_event", "dead_letter", "user_state"}


def test_every_table_that_points_to_a_listed_one_is_a_line_before_it(migrated: None) -> None:
    with database.connection_context():
        points = execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND conparentid = 0"
        ).fetchall()
    order = [table.name for table in TABLES]
    for table, target in points:
        if target in order and target != table:
            assert table in order, f"{table} is neither exported nor erased"
            assert order.index(table) < order.index(target)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_can_be_read_on_and_erased_as_it_is_listed(
    migrated: None, table: PersonalTable
) -> None:
    with database.connection_context():
        assert table.page(uuid4(), None, 1) == []
        assert table.erase_page(uuid4(), 10) == 0


async def test_all_that_is_kept_of_a_person_is_in_it(api: Api) -> None:
    login = await api.register(time_zone="Asia/Kathmandu")
    token = login["access_token"]
    await api.key(token, "ingest")
    rule = {"field": "entity", "pattern": "bank", "action": "drop"}
    await api.post("/redaction-rules", token, json=rule)
    events = [point(str(n), f"2026-11-02T09:00:{n:02}Z") | {"data": {"ü": n}} for n in range(3)]
    await store(api, login, events)
    user_id = login["user"]["id"]
    api.rows(
        'INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, user_id,'
        " event, state, error_class, error_message, traceback, attempts, code_version) VALUES"
        " (%s, 'usage', 'usage', 0, 1, 0, '', %s, %s, 'open', 'E', 'e', 't', 1, '1')",
        (str(uuid4()), user_id, '{"entity":"Straße"}'.encode() + b"\xff"),
    )
    readme, files = await exported(api, token)
    assert files["account"][0]["email"] == "ada@example.org"
    assert files["user_parameters"][0]["time_zone"] == "Asia/Kathmandu"
    assert files["api_key"][0]["name"] == "test"
    assert len(files["login_session"]) == 1
    assert files["redaction_rule"][0]["pattern"] == "bank"
    assert [event["data"] for event in files["usage_event"]] == [{"ü": n} for n in range(3)]
    assert files["dead_letter"][0]["event"] == '{"entity":"Straße"}\\xff'
    assert all(f"`{name}.ndjson`: " in readme for name in files)


async def test_no_secret_is_in_it(api: Api, token: str) -> None:
    key = await api.key(token, "read")
    answer = await api.get("/me/export", token)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        text = b"".join(map(packed.read, packed.namelist())).decode()
    ((password_hash, key_hash),) = api.rows("SELECT password_hash, hash FROM account, api_key")
    for secret in (key["key"], password_hash, bytes(key_hash).hex(), "password_hash"):
        assert secret not in text


async def test_nothing_of_another_person_is_in_it(api: Api, token: str) -> None:
    other = await api.register("bob@example.org")
    await store(api, other, [point("bobs", "2026-11-02T09:00:00Z")])
    # An entry that cannot be taken apart belongs to nobody.
    user_id = str(other["user"]["id"])
    api.rows(
        'INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, event, state,'
        " error_class, error_message, traceback, attempts, code_version) VALUES"
        " (%s, 'usage', 'usage', 0, 1, -1, '', %s, 'open', 'E', 'e', 't', 1, '1')",
        (str(uuid4()), f"{user_id} and others".encode()),
    )
    _, files = await exported(api, token)
    assert "bob" not in json.dumps(files)
    _, files = await exported(api, other["access_token"])
    assert files["dead_letter"] == []


async def test_more_than_a_page_comes_whole_and_each_row_once(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAGE", 7)
    login = await api.register()
    events = [point(f"{n:03}", f"2026-11-02T09:{n // 60:02}:{n % 60:02}Z") for n in range(70)]
    await store(api, login, events)
    _, files = await exported(api, login["access_token"])
    assert [event["event_id"] for event in files["usage_event"]] == [e["id"] for e in events]


async def test_an_export_waits_where_requests_are_refused(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(database_deadline_s=0.05)) as api:
        token = (await api.register())["access_token"]
        busy = [
            asyncio.create_task(api.threads.run(execute, "SELECT pg_sleep(1)"))
            for _ in range(api.threads.threads)
        ]
        waiting = asyncio.create_task(exported(api, token))
        assert (await api.get("/me", token)).status == 503
        _, files = await waiting
        assert len(files["account"]) == 1
        await asyncio.gather(*busy)


async def test_a_key_exports_nothing(api: Api, token: str) -> None:
    key = await api.key(token, "read", "write", "ingest")
    assert (await api.get("/me/export", key["key"])).status == 403
