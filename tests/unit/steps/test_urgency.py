import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.days import DAY_US
from pipeline.steps.urgency import Task, total, urgencies

NOW = 10_000 * DAY_US


def task(id: str = "a", **fields: object) -> Task:
    return Task(id=id, created=NOW, **fields)  # type: ignore[arg-type]


def urgency(*tasks: Task) -> dict[str, float]:
    return {id: total(terms) for id, terms in urgencies(tasks, NOW).items()}


# What `task show urgency` and `task list` of Taskwarrior 2.6.2 give for the same.
@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (task(), 0.0),
        (task(priority=3), 6.0),
        (task(priority=2), 3.9),
        (task(priority=1), 1.8),
        (task(due=NOW - 8 * DAY_US), 12.0),
        (task(due=NOW), 12.0 * (14 * 0.8 / 21 + 0.2)),
        (task(due=NOW + 20 * DAY_US), 2.4),
        (task(planned=NOW), 5.0),
        (task(planned=NOW + 1), 0.0),
        (task(is_doing=True), 4.0),
        (task(tags=("x",)), 0.8),
        (task(tags=("x", "y")), 0.9),
        (task(tags=("x", "y", "z")), 1.0),
        (task(tags=("next",)), 15.8),
        (task(project="p"), 1.0),
        (task(wait_until=NOW + 1), -3.0),
        (task(is_waiting=True), -3.0),
    ],
)
def test_the_terms_are_those_of_taskwarrior(one: Task, expected: float) -> None:
    assert urgency(one)["a"] == pytest.approx(expected)


def test_a_task_of_a_year_and_more_has_the_whole_term_of_age() -> None:
    for days, expected in ((0, 0.0), (182.5, 1.0), (365, 2.0), (900, 2.0)):
        old = Task(id="a", created=NOW - round(days * DAY_US))
        assert urgency(old)["a"] == pytest.approx(expected)


def test_what_blocks_an_urgent_task_comes_before_it() -> None:
    found = urgency(
        task("goal", priority=3, due=NOW, blocked_by=frozenset({"step"})),
        task("step", blocked_by=frozenset({"first"})),
        task("first"),
        task("other", priority=2),
    )
    assert found["first"] > found["step"] > found["goal"] > found["other"]


def test_a_blocker_that_is_not_open_does_not_block() -> None:
    assert urgency(task(blocked_by=frozenset({"gone"})))["a"] == 0


_TASKS = st.lists(
    st.builds(
        Task,
        id=st.sampled_from("abcdef"),
        created=st.integers(0, NOW),
        priority=st.integers(0, 3),
        due=st.none() | st.integers(0, 2 * NOW),
        is_doing=st.booleans(),
        tags=st.sampled_from([(), ("x",), ("next",)]),
    ),
    unique_by=lambda task: task.id,
)


@given(_TASKS, st.randoms())
def test_the_order_of_tasks_does_not_matter(tasks: list[Task], random: object) -> None:
    chain = [
        one._replace(blocked_by=frozenset(other.id for other in tasks[number + 1 :]))
        for number, one in enumerate(tasks)
    ]
    shuffled = list(chain)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert urgency(*chain) == pytest.approx(urgency(*shuffled))


def test_a_chain_of_thousands_hands_its_urgency_down() -> None:
    last = Task("4999", 0, priority=3, blocked_by=frozenset({"4998"}))
    chain = [Task(str(n), 0, blocked_by=frozenset({str(n - 1)} if n else ())) for n in range(4999)]
    found = urgencies([*chain, last], 0)
    sums = [total(found[str(n)]) for n in range(5000)]
    assert sums == sorted(sums, reverse=True)
