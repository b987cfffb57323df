"""What tests of recommendations do and ask, over the API and by the stages."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models.database import database, execute
from tests.services.intelligence.conftest import Following
from tests.services.web.api import Api

#: When all of them begin.
NOW = datetime.now(UTC).replace(microsecond=0)


async def follow(api: Api, token: str, now: datetime = NOW) -> UUID:
    """Let both stages catch up with the person, as of an instant."""
    user = UUID((await api.get("/me", token)).json["id"])

    def run() -> None:
        with database.connection_context():
            following = Following()
            with database.atomic():
                # A change of work reaches the stages by the tasks stage, which locks the person.
                execute(
                    "INSERT INTO user_state (user_id, rev) VALUES (%s, 1)"
                    " ON CONFLICT (user_id) DO UPDATE SET rev = user_state.rev + 1",
                    (user,),
                )
            following.follow([user], now)
            following.follow([user], now, "recommendation")

    await asyncio.to_thread(run)
    return user


async def add(api: Api, token: str, title: str, **fields: Any) -> str:
    made = await api.post("/tasks", token, json={"title": title, **fields})
    assert made.status == 201, made.body
    return str(made.json["id"])


async def recommended(api: Api, token: str, query: str = "kind=next_task") -> list[dict[str, Any]]:
    answer = await api.get(f"/recommendations?{query}", token)
    assert answer.status == 200, answer.body
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def due_at(api: Api, user: UUID) -> datetime:
    """When the stage looks again, whatever happens."""
    query = "SELECT due_at FROM stage_progress WHERE stage = 'recommendation' AND user_id = %s"
    ((due,),) = api.rows(query, (user,))
    found: datetime = due
    return found


def titles(items: list[dict[str, Any]]) -> list[str]:
    return [item["title"] for item in items]
