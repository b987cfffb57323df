"""What a transaction knows of its users, and what others know when it is over."""

from collections.abc import Set
from datetime import UTC, datetime
from uuid import UUID

from pipeline.transaction import Transaction
from pipeline.user_memory import UserMemory

ADA, EVE = UUID(int=1), UUID(int=2)


def eighth() -> Transaction:
    """One that makes Ada's eighth revision, and Eve's first."""
    return Transaction({ADA: 8, EVE: 1}, datetime.now(UTC))


def of_ada(known: str = "seven") -> UserMemory[str]:
    """A memory of Ada as of her seventh revision."""
    memory: UserMemory[str] = UserMemory(2)
    memory.keep(ADA, 7, known)
    return memory


def test_what_was_recalled_is_back_when_the_transaction_is_undone() -> None:
    memory, undone = of_ada(), eighth()
    assert undone.recall(memory, ADA) == "seven"
    assert undone.recall(memory, ADA) is None
    undone.remember(memory, ADA, "eight")
    undone.rolled_back()
    assert eighth().recall(memory, ADA) == "seven"


def test_what_was_recalled_is_gone_once_the_transaction_is_committed() -> None:
    memory, done = of_ada(), eighth()
    done.recall(memory, ADA)
    done.committed()
    assert memory.take(ADA, 7) is None


def test_a_transaction_knows_what_it_did_and_others_once_it_is_committed() -> None:
    memory, done = of_ada(), eighth()
    done.remember(memory, ADA, "eight")
    assert done.recall(memory, ADA) == "eight"
    done.remember(memory, ADA, "eight and a half")
    assert eighth().recall(memory, ADA) == "seven"
    done.committed()
    assert memory.take(ADA, 8) == "eight and a half"


def test_what_is_not_known_is_read_once() -> None:
    memory, once = of_ada("Ada"), eighth()
    asked: list[Set[UUID]] = []

    def read(users: Set[UUID]) -> dict[UUID, str]:
        asked.append(users)
        return dict.fromkeys(users, "Eve")

    for _ in range(2):
        assert once.look_up(memory, {ADA, EVE}, read) == {ADA: "Ada", EVE: "Eve"}
    assert asked == [{EVE}]
    once.committed()
    assert (memory.take(ADA, 8), memory.take(EVE, 1)) == ("Ada", "Eve")
