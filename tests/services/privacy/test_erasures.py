"""An erasure leaves nothing: not in the tables, the streams, the dead letters, nor on the disk."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg2
import pytest
from redis import Redis

from pipeline import record_batch, topics
from pipeline.embedded.postgres import Postgres
from pipeline.embedded.redis import Redis as EmbeddedRedis
from pipeline.events import ActivityChanged
from tests.instance import EMBEDDED, PASSWORD, wait_until
from tests.services.privacy.conftest import QUICK, Instance, Servers, heartbeat

pytestmark = pytest.mark.services

NEEDLES = ["grace@example.org", "Quagmire.txt", "xanadu", "vermilion-phone", "ev-7c1f", "zibeline"]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Instance]:
    """An instance with servers of its own, whose files can be searched."""
    data = tmp_path / "data"
    environment = {**QUICK, **EMBEDDED, "DATA_DIR": str(data), "RETENTION_EVERY_S": "3600"}
    instance = Instance(Postgres(data / "postgres").url, ["up"], tmp_path / "log", environment)
    instance.start_ready()
    instance.first()
    yield instance
    instance.stop()


def leave(instance: Instance, login: dict[str, Any], password: str = PASSWORD) -> dict[str, Any]:
    """Erase a person; the answer."""
    answer: dict[str, Any] = instance.call(
        "DELETE", "/me", login["access_token"], {"current_password": password}
    )
    return answer


def progress(instance: Instance, begun: dict[str, Any]) -> dict[str, Any]:
    """How far it is, as the person sees it who has no login any more."""
    path = f"/erasures/{begun['erasure']['id']}?secret={begun['secret']}"
    status, answer = instance.request("GET", path)
    assert status == 200, answer
    found: dict[str, Any] = answer
    return found


def done(instance: Instance, begun: dict[str, Any]) -> dict[str, Any]:
    """Wait for the end; the proof."""
    wait_until(lambda: progress(instance, begun)["state"] == "done", what="everything is erased")
    found: dict[str, Any] = progress(instance, begun)["proof"]
    return found


def live(instance: Instance) -> dict[str, Any]:
    """A person with events, rules, deletions, keys, kept answers and a dead letter."""
    login = instance.register("grace@example.org", time_zone="Asia/Tokyo")
    token = login["access_token"]
    events = [
        heartbeat(
            f"09:{n:02}",
            id=f"ev-7c1f-{n}",
            entity="Quagmire.txt",
            project="xanadu",
            device="vermilion-phone",
            data={"title": "zibeline"},
        )
        for n in range(30)
    ]
    instance.post(token, *events)
    rule = {"field": "title", "pattern": "zibeline", "action": "hash"}
    instance.call("POST", "/redaction-rules", token, rule)
    instance.call("POST", "/redaction-rules/apply", token)
    instance.call("DELETE", "/events?q=zibeline&to=2020-01-01", token)
    instance.call("POST", "/me/api-keys", token, {"name": "zibeline", "scopes": ["read"]})
    instance.rows(
        'INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, user_id,'
        " event, state, error_class, error_message, traceback, attempts, code_version)"
        " SELECT gen_random_uuid(), 'usage', 'usage', 0, 1, n, '', CASE WHEN n > 0 THEN user_id"
        " END, convert_to(user_id || ' Quagmire.txt', 'UTF8'), 'open', 'E', 'zibeline', 'xanadu',"
        " 1, '1' FROM user_state, generate_series(-1, 1) n WHERE user_id = %s",
        (login["user"]["id"],),
    )
    operate(instance, login["user"]["id"])
    return login


def operate(instance: Instance, user_id: str) -> None:
    """What they did as an operator, and what others did about them."""
    instance.rows(
        "INSERT INTO stage_pause (stage, partition, paused_by) VALUES ('tasks', 3, %s) RETURNING 1",
        (user_id,),
    )
    instance.rows(
        "WITH made AS (INSERT INTO job (id, kind, state, created_by, request) VALUES"
        " (gen_random_uuid(), 'replay', 'cancelled', %(user)s,"
        " jsonb_build_object('filter', jsonb_build_object('user', %(user)s::text))) RETURNING id)"
        " INSERT INTO job_item (job_id, number, user_id, event)"
        " SELECT id, 1, %(user)s, convert_to('Quagmire.txt', 'UTF8') FROM made RETURNING 1",
        {"user": user_id},
    )


def database_text(url: str) -> str:
    """Every row of every table as text; bytes are hexadecimal in it."""
    with closing(psycopg2.connect(url)) as session, session.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid ="
            " relnamespace WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname NOT LIKE"
            " 'pg_%%' AND nspname <> 'information_schema'"
        )
        texts = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            texts += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(texts)


def redis_bytes(url: str) -> bytes:
    """Every key with its value, streams included."""
    with closing(Redis.from_url(url)) as client:
        parts: list[bytes] = []
        for key in client.scan_iter(count=1000):
            parts.append(key)
            read: dict[bytes, Callable[[Any], Any]] = {
                b"string": client.get,
                b"hash": client.hgetall,
                b"set": client.smembers,
                b"zset": lambda key: client.zrange(key, 0, -1),
                b"stream": client.xrange,
                b"list": lambda key: client.lrange(key, 0, -1),
            }
            parts.append(repr(read[client.type(key)](key)).encode())  # type: ignore[index]
    return b"\n".join(parts)


def append_only_bytes(data: Path) -> bytes:
    """The files that Redis reads after a restart."""
    return b"".join(
        (Path(folder) / name).read_bytes()
        for folder, _, names in os.walk(data / "redis" / "data")
        for name in names
        if ".aof" in name or name.endswith(".rdb")
    )


def found(needle: str, text: str | bytes) -> bool:
    if isinstance(text, bytes):
        return needle.encode() in text
    return needle in text or needle.encode().hex() in text


def traces(data: Path, user_id: str) -> dict[str, list[str]]:
    """What of the person is found where."""
    places: dict[str, str | bytes] = {
        "database": database_text(Postgres(data / "postgres").url),
        "redis": redis_bytes(EmbeddedRedis(data / "redis", maxmemory_bytes=0).url),
        "files": append_only_bytes(data),
        "log": (data / "postgres" / "log").read_bytes(),
    }
    needles = [*NEEDLES, user_id, UUID(user_id).hex]
    return {
        place: [needle for needle in needles if found(needle, text)]
        for place, text in places.items()
    }


def test_after_an_erasure_nothing_of_the_person_is_found_anywhere(
    own: Instance, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    login = live(own)
    user_id = login["user"]["id"]
    # The address is taken: an error of the database, with the address in it.
    assert (
        own.request("POST", "/auth/register", {"email": NEEDLES[0], "password": PASSWORD})[0] == 409
    )
    before = traces(data, user_id)
    assert set(before["database"]) >= {*NEEDLES, user_id}
    assert set(before["redis"]) >= {user_id, "Quagmire.txt", "ev-7c1f"}
    assert set(before["files"]) >= {user_id, "Quagmire.txt", "ev-7c1f"}
    own.post(own.operator, heartbeat("10:00", id="stays", entity="notes.txt"))

    begun = leave(own, login)
    proof = done(own, begun)

    assert traces(data, user_id) == {
        "database": [], "redis": [], "files": [], "log": []
    }  # fmt: skip
    assert proof["rows"]["usage_event"] == 30
    assert proof["rows"]["dead_letter"] == 3
    assert (proof["rows"]["job"], proof["rows"]["job_item"]) == (1, 1)
    assert own.rows("SELECT partition, paused_by FROM stage_pause") == [(3, None)]
    assert proof["append_only_file"] == "rewritten"
    assert user_id not in json.dumps(proof)
    ((kept,),) = own.rows("SELECT user_hash FROM erasure WHERE user_id IS NULL")
    assert len(kept) == 32
    assert [event["id"] for event in own.call("GET", "/events", own.operator)["items"]] == ["stays"]
    own.post(own.operator, heartbeat("10:05", id="goes on"))


def test_from_the_answer_on_nobody_is_let_in_and_the_address_is_free(instance: Instance) -> None:
    login = instance.register("grace@example.org")
    key = instance.call(
        "POST", "/me/api-keys", login["access_token"], {"name": "k", "scopes": ["read", "ingest"]}
    )["key"]
    instance.call("GET", "/me", key)
    leave(instance, login)
    for token in (key, login["access_token"]):
        assert instance.request("GET", "/me", token=token)[0] == 401
    credentials = {"email": "grace@example.org", "password": PASSWORD}
    assert instance.request("POST", "/auth/login", credentials)[0] == 401
    refresh = {"refresh_token": login["refresh_token"]}
    assert instance.request("POST", "/auth/refresh", refresh)[0] == 401
    again = instance.register("grace@example.org")
    assert again["user"]["id"] != login["user"]["id"]


def test_without_the_password_nothing_is_erased(instance: Instance) -> None:
    login = instance.register("grace@example.org")
    token = login["access_token"]
    status, answer = instance.request("DELETE", "/me", {"current_password": "a guess"}, token)
    assert (status, answer["code"]) == (403, "wrong-password")
    assert instance.request("DELETE", "/me", {}, token)[0] == 422
    assert instance.call("GET", "/me", token)["email"] == "grace@example.org"


def test_the_secret_alone_shows_an_erasure(instance: Instance) -> None:
    begun = leave(instance, instance.register("grace@example.org"))
    path = f"/erasures/{begun['erasure']['id']}"
    assert instance.request("GET", f"{path}?secret=a-guess")[0] == 404
    assert instance.request("GET", path)[0] == 422
    assert progress(instance, begun)["id"] == begun["erasure"]["id"]
    shown = instance.call("GET", "/ops/erasures", instance.operator)
    assert begun["secret"] not in json.dumps(shown)


def test_the_last_operator_of_others_cannot_go_but_the_last_person_can(
    instance: Instance,
) -> None:
    other = instance.register("grace@example.org")
    operator = {"access_token": instance.operator}
    path = ("DELETE", "/me", {"current_password": PASSWORD}, instance.operator)
    assert instance.request(*path)[1]["code"] == "last-operator"
    done(instance, leave(instance, other))
    done(instance, leave(instance, operator))
    assert instance.rows("SELECT 1 FROM instance") == []
    assert instance.first()["user"]["roles"] == ["user", "analyst", "operator"]


def test_a_stage_that_does_not_read_blocks_an_erasure_and_is_named(
    servers: Servers, redis_url: str
) -> None:
    web = servers.instance("web")
    web.first()
    login = web.register("grace@example.org")
    token = login["access_token"]
    web.call("POST", "/events", token, {"events": [heartbeat("09:00", entity="Quagmire.txt")]})
    begun = leave(web, login)
    segmentation = servers.worker("segmentation")

    def blocked() -> str:
        (shown,) = web.call("GET", "/ops/erasures", web.operator)["items"]
        return str(shown["blocked_by"])

    assert "timeflow-usage" in wait_until(blocked, what="what blocks it is told")
    # The job survives whoever worked at it, and finds what came after the marker all the same.
    segmentation.kill()
    late = ActivityChanged(UUID(login["user"]["id"]), rev=1)
    fields = {"v": record_batch.encode([msgspec.json.encode(late)]), "n": 1, "t": 0}
    partition = topics.partition_of(late.user, 2)
    with closing(Redis.from_url(redis_url)) as client:
        client.xadd(f"{{timeflow:activity:{partition}}}", fields, id="0-*")  # type: ignore[arg-type]
    servers.worker("usage", "tasks", "segmentation", "recommendation")
    proof = done(web, begun)
    assert "usage_event" not in proof["rows"], "its events were dropped"
    assert web.rows("SELECT 1 FROM dead_letter") == []
    assert login["user"]["id"].encode() not in redis_bytes(redis_url)
