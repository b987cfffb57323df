"""Rules of looking at events that could not be applied."""

from uuid import uuid4

import pytest

from models.uuid7 import uuid7
from tests.services.web.api import Api

pytestmark = pytest.mark.services


async def test_letters_are_listed_newest_first_page_by_page_and_counted(
    api: Api, token: str
) -> None:
    ids = [_bury(api, offset=n, state="open" if n % 2 else "retrying") for n in range(5)]
    first = (await api.get("/ops/dlq?limit=3", token)).json
    rest = (await api.get(f"/ops/dlq?limit=3&cursor={first['next_cursor']}", token)).json
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
    assert first["counts"] == {"retrying": 3, "open": 2, "discarded": 0, "done": 0}
    assert "traceback" not in first["items"][0]


async def test_letters_can_be_filtered(api: Api, token: str) -> None:
    _bury(api, offset=1, state="open")
    wanted = _bury(api, offset=2, state="done", stage="other")
    for query in ("state=done", "stage=other", f"stage=other&user_id={uuid4()}"):
        items = (await api.get(f"/ops/dlq?{query}", token)).json["items"]
        assert [item["id"] for item in items] == ([] if "user_id" in query else [wanted])
    assert (await api.get("/ops/dlq?state=lost", token)).status == 422


async def test_one_letter_is_shown_whole(api: Api, token: str) -> None:
    id = _bury(api, offset=1, state="open")
    letter = (await api.get(f"/ops/dlq/{id}", token)).json
    assert letter["event"] == {"a": 1}
    assert (letter["offset"], letter["index"], letter["traceback"]) == (1, 0, "the traceback")
    assert (await api.get(f"/ops/dlq/{uuid4()}", token)).status == 404


async def test_an_event_that_is_no_json_is_shown_as_text(api: Api, token: str) -> None:
    id = _bury(api, offset=1, state="open", event=b"\xff{")
    assert (await api.get(f"/ops/dlq/{id}", token)).json["event"] == "\\xff{"


def _bury(
    api: Api, *, offset: int, state: str, stage: str = "usage", event: bytes = b'{"a":1}'
) -> str:
    id = str(uuid7())
    api.rows(
        """
        INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, event,
            state, error_class, error_message, traceback, attempts, code_version)
        VALUES (%s, %s, 'usage', 0, %s, 0, 't', %s, %s, 'ValueError', 'no', 'the traceback',
            1, '1')
        """,
        (id, stage, offset, event, state),
    )
    return id
