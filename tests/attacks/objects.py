"""How to make what stands in a path. A new route with an id in its path has its line here."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from models import recommendations
from models.database import database
from models.recommendations import Proposal
from tests.instance import PASSWORD
from tests.people import instant, usage_event
from tests.services.usage.conftest import Tables
from tests.services.web.api import Api

#: In every text of the owner's objects; whoever else reads it reads another's data.
MARK = "the-owners-secret"

Maker = Callable[[Api, str], Awaitable[str]]


@dataclass(frozen=True)
class Kind:
    """Objects of people: how their owner makes one (returns its id) and where they see it.

    `bodies` are good ones for the methods that take one, `query` what else the route asks for, and
    `others` the parameters of the path behind the id. `makes` are methods by which anybody makes
    one of the same name for themselves.
    """

    make: Maker
    seen_at: str
    bodies: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    others: Mapping[str, str] = field(default_factory=dict)
    makes: frozenset[str] = frozenset()


async def live_a_day(api: Api, token: str) -> None:
    """Events that carry the mark, applied."""
    user = UUID((await api.get("/me", token)).json["id"])
    times = (instant(f"2026-11-02T09:0{minute}") for minute in range(3))
    events = [
        usage_event(time, user=user, device=MARK, entity=MARK, project=MARK) for time in times
    ]

    def apply() -> None:
        with database.connection_context():
            Tables().apply(events)

    await asyncio.to_thread(apply)


async def _api_key(api: Api, token: str) -> str:
    return await _posted(api, token, "/me/api-keys", {"name": MARK, "scopes": ["read"]})


async def _session(api: Api, token: str) -> str:
    email = (await api.get("/me", token)).json["email"]
    body = {"email": email, "password": PASSWORD}
    await api.post("/auth/login", json=body, headers={"User-Agent": MARK})
    return await _first(api, token, "/me/sessions")


async def _device(api: Api, token: str) -> str:
    await live_a_day(api, token)
    return await _first(api, token, "/devices")


async def _category_rule(api: Api, token: str) -> str:
    body = {"field": "entity", "pattern": MARK, "category": MARK, "productivity": 1}
    return await _posted(api, token, "/category-rules", body)


async def _redaction_rule(api: Api, token: str) -> str:
    body = {"field": "entity", "pattern": f"{MARK} of all", "action": "drop"}
    return await _posted(api, token, "/redaction-rules", body)


async def _project(api: Api, token: str) -> str:
    return await _posted(api, token, "/projects", {"name": f"{MARK} {uuid4()}"})


async def _tag(api: Api, token: str) -> str:
    return await _posted(api, token, "/tags", {"name": f"{MARK} {uuid4()}"})


async def _task(api: Api, token: str) -> str:
    return await _posted(api, token, "/tasks", {"title": MARK, "tags": [MARK]})


async def _entry(api: Api, token: str) -> str:
    times = {"start": "2026-11-02T09:00:00Z", "end": "2026-11-02T10:00:00Z"}
    return await _posted(api, token, "/time-entries", {**times, "description": MARK})


async def _goal(api: Api, token: str) -> str:
    return await _posted(api, token, "/goals", {"name": MARK, "metric": "active_s", "target": 60})


async def _feed(api: Api, token: str) -> str:
    return await _posted(api, token, "/feeds", {"name": MARK})


async def _calendar(api: Api, token: str) -> str:
    return await _posted(api, token, "/calendars", {"name": MARK, "ics": _ICS})


async def _deletion(api: Api, token: str) -> str:
    await api.call("DELETE", f"/events?q={MARK}-deleted", token)
    return await _first(api, token, "/deletions")


async def _recommendation(api: Api, token: str) -> str:
    """One of a task, as the stage would make it."""
    task = await _posted(api, token, "/tasks", {"title": MARK})
    user = UUID((await api.get("/me", token)).json["id"])
    now = datetime.now(UTC)
    proposal = Proposal(
        kind="next_task",
        subject=task,
        rank=1,
        score=1.0,
        reasons=[["none", 0.0]],
        features={},
        p50_s=None,
        p80_s=None,
        start_at=None,
        end_at=None,
        model_version="ranking@1",
        expires_at=now + timedelta(hours=1),
    )

    def propose() -> str:
        with database.connection_context():
            recommendations.propose(user, [proposal], now)
            return str(next(one.id for one in recommendations.live(user) if one.subject == task))

    return await asyncio.to_thread(propose)


async def _insight(api: Api, token: str) -> str:
    """One as the stage would tell it."""
    user = UUID((await api.get("/me", token)).json["id"])
    key = str(uuid4())
    api.rows(
        "INSERT INTO insight (id, user_id, key, kind, metric, day, severity, value, baseline,"
        " method, n, window_days, score, text, evidence, state, created_at)"
        " VALUES (%s, %s, %s, 'streak', 'x', now(), 0, 1, 1, '', 1, 1, 0, %s, '{}', 'new', now())"
        " RETURNING 1",
        (key, user, key, MARK),
    )
    return key


async def _bucket(api: Api, token: str) -> str:
    await api.post(f"/api/0/buckets/{MARK}", token, json=_BUCKET)
    return MARK


async def _posted(api: Api, token: str, path: str, body: Any) -> str:
    made = await api.post(path, token, json=body)
    assert made.status == 201, made.body
    return str(made.json["id"])


async def _first(api: Api, token: str, path: str) -> str:
    return str((await api.get(path, token)).json["items"][0]["id"])


_ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
_BUCKET = {"client": "test", "type": "currentwindow", "hostname": MARK}
_REPORT = {"timestamp": "2026-11-02T09:00:00Z", "duration": 0, "data": {"app": "x"}}
_BUCKETS = "/api/0/buckets/"
_OF_BUCKET = f"{_BUCKETS}{{bucket}}"

#: By the path with the id.
OF_PEOPLE: dict[str, Kind] = {
    "/me/api-keys/{id}": Kind(_api_key, seen_at="/me/api-keys"),
    "/me/sessions/{id}": Kind(_session, seen_at="/me/sessions"),
    "/devices/{id}": Kind(_device, seen_at="/devices", bodies={"PATCH": {"label": "mine"}}),
    "/category-rules/{id}": Kind(
        _category_rule, seen_at="/category-rules", bodies={"PATCH": {"category": "mine"}}
    ),
    "/redaction-rules/{id}": Kind(_redaction_rule, seen_at="/redaction-rules"),
    "/deletions/{id}": Kind(_deletion, seen_at="/deletions"),
    "/projects/{id}": Kind(_project, seen_at="/projects", bodies={"PATCH": {"billable": True}}),
    "/projects/{id}/restore": Kind(_project, seen_at="/projects"),
    "/tags/{id}": Kind(_tag, seen_at="/tags", bodies={"PATCH": {"color": "#000000"}}),
    "/tasks/{id}": Kind(_task, seen_at="/tasks", bodies={"PATCH": {"title": "mine"}}),
    "/tasks/{id}/complete": Kind(_task, seen_at="/tasks"),
    "/tasks/{id}/reopen": Kind(_task, seen_at="/tasks"),
    "/tasks/{id}/restore": Kind(_task, seen_at="/tasks"),
    "/time-entries/{id}": Kind(
        _entry, seen_at="/time-entries", bodies={"PATCH": {"description": "mine"}}
    ),
    "/time-entries/{id}/restore": Kind(_entry, seen_at="/time-entries"),
    "/goals/{id}": Kind(_goal, seen_at="/goals", bodies={"PATCH": {"name": "mine"}}),
    "/goals/{id}/restore": Kind(_goal, seen_at="/goals"),
    "/goals/{id}/history": Kind(_goal, seen_at="/goals", query="from=2026-11-01&to=2026-11-03"),
    "/recommendations/{id}/accept": Kind(_recommendation, seen_at="/recommendations"),
    "/recommendations/{id}/dismiss": Kind(_recommendation, seen_at="/recommendations"),
    "/recommendations/{id}/snooze": Kind(_recommendation, seen_at="/recommendations"),
    "/recommendations/{id}/restore": Kind(_recommendation, seen_at="/recommendations"),
    "/insights/{id}/dismiss": Kind(_insight, seen_at="/insights"),
    "/insights/{id}/restore": Kind(_insight, seen_at="/insights"),
    "/feeds/{id}": Kind(_feed, seen_at="/feeds"),
    "/calendars/{id}": Kind(_calendar, seen_at="/calendars", bodies={"PATCH": {"name": "mine"}}),
    "/calendars/{id}/refresh": Kind(_calendar, seen_at="/calendars"),
    _OF_BUCKET: Kind(_bucket, seen_at=_BUCKETS, query="force=1", makes=frozenset({"POST"})),
    f"{_OF_BUCKET}/heartbeat": Kind(
        _bucket, seen_at=_BUCKETS, bodies={"POST": _REPORT}, query="pulsetime=1"
    ),
    f"{_OF_BUCKET}/events": Kind(_bucket, seen_at=_BUCKETS, bodies={"POST": [_REPORT]}),
    f"{_OF_BUCKET}/events/count": Kind(_bucket, seen_at=_BUCKETS),
    f"{_OF_BUCKET}/events/{{number}}": Kind(_bucket, seen_at=_BUCKETS, others={"number": "1"}),
    f"{_OF_BUCKET}/export": Kind(_bucket, seen_at=_BUCKETS),
}

#: What belongs to nobody but the instance: the role decides, and an id that is none is not there.
#: Good bodies by method.
OF_THE_INSTANCE: dict[str, dict[str, Any]] = {
    "/users/{id}": {"PATCH": {"disabled": True}},
    "/invites/{id}": {},
    "/ops/dlq/{id}": {},
    "/ops/streams/{group}/forget": {},
    "/ops/jobs/{id}": {},
    "/ops/jobs/{id}/items": {},
    "/ops/jobs/{id}/cancel": {},
    "/ops/jobs/{id}/continue": {},
    "/ops/stages/{stage}/pause": {"POST": {}},
    "/ops/stages/{stage}/resume": {"POST": {}},
    "/ops/stages/{stage}/release": {"POST": {}},
}

#: What is nobody's by its path alone, and why.
OTHERWISE: dict[str, str] = {
    "/feeds/{token}.ics": "for whoever has its address: tests/services/work/test_feeds.py",
    "/erasures/{id}": "for whoever has its secret: tests/services/privacy/test_erasures.py",
    "/segments/{slug}": "a name that is everybody's",
    "/segments/{slug}/members": "for analysts, by pseudonyms: test_profile_api.py",
    "/segments/{slug}/history": "for analysts, in sums of five or more: test_profile_api.py",
    "/api/0/settings/{key}": "a name among the caller's own settings, whoever else uses it",
}

_DAYS = "from=2026-11-01&to=2026-11-03"

#: What a list must be asked with to answer.
QUERIES: dict[str, str] = {
    "/drafts": "date=2026-11-02",
    "/calendars/busy": _DAYS,
    "/analytics/daily": _DAYS,
    "/analytics/timeline": "date=2026-11-02",
    "/analytics/heatmap": _DAYS,
    "/analytics/focus": _DAYS,
    "/analytics/what-if": f"{_DAYS}&if_timeout_s=300",
    "/analytics/estimates": _DAYS,
    "/analytics/summary": f"{_DAYS}&group_by=project",
    "/category-rules/suggestions": _DAYS,
}
