"""How each person's tasks are ranked, as it was learnt last."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from models.database import execute

_PUT = """
INSERT INTO task_ranking (user_id, model_version, ranking, learnt_on) VALUES (%s, %s, %s, %s)
ON CONFLICT (user_id) DO UPDATE
SET (model_version, ranking, learnt_on)
    = ROW (excluded.model_version, excluded.ranking, excluded.learnt_on)
"""


def find(user_id: UUID, model_version: str) -> tuple[dict[str, Any], date] | None:
    """The ranking of this version of the model, and on which day it was learnt."""
    row = execute(
        "SELECT ranking, learnt_on FROM task_ranking WHERE user_id = %s AND model_version = %s",
        (user_id, model_version),
    ).fetchone()
    return (row[0], row[1]) if row else None


def put(user_id: UUID, model_version: str, ranking: dict[str, Any], learnt_on: date) -> None:
    """Keep it instead of the one before."""
    execute(_PUT, (user_id, model_version, json.dumps(ranking), learnt_on))
