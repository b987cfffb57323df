"""What the tables say of every stage: where it stands, what failed, what is suspected."""

from typing import NamedTuple

from models.database import execute


class PartitionStanding(NamedTuple):
    """A partition of a stage: `clean` is unset while somebody owns it, and after a crash."""

    stage: str
    partition: int
    epoch: int
    next_offset: int
    clean: bool


class Suspect(NamedTuple):
    """An event that ended processes which touched it, so many."""

    stage: str
    partition: int
    offset: int
    position: int
    deaths: int


class LetterCounts(NamedTuple):
    """Dead letters of a stage that are not done with; the quarantined are among the open."""

    stage: str
    open: int
    retrying: int
    quarantined: int


def partitions() -> list[PartitionStanding]:
    """Every cursor."""
    rows = execute(
        "SELECT stage, partition, epoch, next_offset, clean FROM stream_cursor"
        " ORDER BY stage, partition"
    )
    return [PartitionStanding(*row) for row in rows.fetchall()]


def suspects() -> list[Suspect]:
    """Events on record that are not quarantined yet."""
    rows = execute(
        'SELECT stage, partition, "offset", index, attempts FROM event_attempt WHERE index >= 0'
        ' ORDER BY stage, partition, "offset", index'
    )
    return [Suspect(*row) for row in rows.fetchall()]


def letters(quarantined: str) -> list[LetterCounts]:
    """By stage; `quarantined` is the error class of those that are."""
    rows = execute(
        "SELECT stage, count(*) FILTER (WHERE state = 'open'),"
        " count(*) FILTER (WHERE state = 'retrying'),"
        " count(*) FILTER (WHERE state = 'open' AND error_class = %s)"
        " FROM dead_letter WHERE state IN ('open', 'retrying') GROUP BY stage",
        (quarantined,),
    )
    return [LetterCounts(*row) for row in rows.fetchall()]
