"""What is remembered of a user holds for one revision only, and only so many are remembered."""

from uuid import UUID

from pipeline.user_memory import UserMemory

ADA, EVE, BOB = UUID(int=1), UUID(int=2), UUID(int=3)


def test_what_was_kept_is_taken_once_and_only_as_of_its_revision() -> None:
    memory: UserMemory[str] = UserMemory(2)
    memory.keep(ADA, 7, "seven")
    assert memory.take(ADA, 7) == "seven"
    assert memory.take(ADA, 7) is None
    memory.keep(ADA, 7, "seven")
    assert memory.take(ADA, 8) is None
    assert memory.take(ADA, 7) is None


def test_the_users_not_seen_for_longest_are_forgotten_first() -> None:
    memory: UserMemory[str] = UserMemory(2)
    memory.keep(ADA, 1, "a")
    memory.keep(EVE, 1, "e")
    memory.keep(ADA, 2, "a")
    memory.keep(BOB, 1, "b")
    assert memory.take(EVE, 1) is None
    assert (memory.take(ADA, 2), memory.take(BOB, 1)) == ("a", "b")
