"""A stage to test with: each event adds its amount to its user's sum, once per event id."""

import os
import signal
import threading
import time
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from models.database import execute
from pipeline.failures import Invalid
from pipeline.stage import WHOLE, Hints, Part, Recomputed, Stage
from pipeline.topics import Topic
from pipeline.transaction import Transaction

TABLES = """
CREATE TABLE posting (user_id uuid, id text, amount bigint, PRIMARY KEY (user_id, id));
CREATE TABLE balance (user_id uuid PRIMARY KEY, amount bigint NOT NULL);
"""
DAY = date(2026, 1, 1)

#: A slow handler is at it.
begun = threading.Event()


class Posting(msgspec.Struct, frozen=True):
    """An event; `fault` is what it does to whoever touches it."""

    user: UUID
    id: str
    amount: int = 1
    fault: str = ""


def check(event: Posting) -> None:
    """The pure step."""
    match event.fault:
        case "invalid":
            raise Invalid("not a posting")
        case "check":
            raise ZeroDivisionError("in the check")
        case "exit":
            os._exit(137)
        case "group":
            os.killpg(0, signal.SIGKILL)
        case "slow":
            time.sleep(0.8)
        case "alarm":
            signal.pause()


def ledger(events: Sequence[Posting], transaction: Transaction) -> Hints:
    """Add what is new, then derive the balances from the whole set."""
    for event in events:
        if event.fault == "refused":
            transaction.refuse(event, ZeroDivisionError("refused"))
            continue
        _fault(event)
        execute(
            "INSERT INTO posting VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (event.user, event.id, event.amount),
        )
    users = sorted({event.user for event in events})
    for user in users:
        derive(user, transaction)
    return {user: [DAY] for user in users}


def derive(user: UUID, transaction: Transaction, part: Part = WHOLE) -> Recomputed:
    """Compute a user's balance anew; say whether it had to be changed."""
    changed = execute(
        "INSERT INTO balance AS b SELECT %s, coalesce(sum(amount), 0) FROM posting"
        " WHERE user_id = %s ON CONFLICT (user_id) DO UPDATE SET amount = excluded.amount"
        " WHERE b.amount <> excluded.amount",
        (user, user),
    )
    return Recomputed([DAY] if changed.rowcount else [])


def _fault(event: Posting) -> None:
    match event.fault:
        case "sql":
            execute("SELECT 1 / 0")
        case "handler":
            raise ZeroDivisionError("in the handler")
        case "slow handler":
            begun.set()
            execute("SELECT pg_sleep(0.3)")
        case "very slow handler":
            execute("SELECT pg_sleep(1)")
        case "handler exit":
            os._exit(137)
        case "full":
            execute("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$")


LEDGER = Stage("ledger", Topic("postings"), Posting, ledger, check, False, derive)


def balances() -> dict[UUID, int]:
    """What the handler derived."""
    return dict(execute("SELECT user_id, amount FROM balance").fetchall())
