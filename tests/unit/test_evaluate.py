"""The table that `timeflow evaluate --csv` reads, and what the command says of it."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.choices import Choice
from pipeline.steps.days import HOUR_US
from pipeline.steps.estimate_ranges import Finished
from pipeline.steps.evaluation.history import Effort
from pipeline.steps.urgency import Task
from timeflow.cli import main
from timeflow.evaluate.table import COLUMNS, Unfit, histories

UTC = ZoneInfo("UTC")
HEADER = ",".join(COLUMNS)
LINE = "1,ada,x,H,3600,5400,2026-01-01T08:00:00Z,2026-01-02T09:00:00Z,2026-01-02T11:00:00Z"
#: 2026-01-01, in microseconds.
NEW_YEAR = 1_767_225_600_000_000

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a table of these lines."""

    def write(*lines: str) -> Path:
        path = tmp_path / "tasks.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["evaluate", *map(str, arguments)])


def test_a_line_is_a_task_a_choice_and_what_it_took(write: Write) -> None:
    (found,) = histories(write(HEADER, LINE), UTC)
    created, started, finished = (NEW_YEAR + hours * HOUR_US for hours in (8, 33, 35))
    assert found.person == "ada"
    assert found.tasks == [
        Task("1", created, project="x", priority=3, estimate_s=3600, done=finished)
    ]
    assert found.choices == [Choice(started, 9, "1", "x")]
    assert found.efforts == [Effort(started, finished, Finished("x", 3600, 5400))]


def test_what_is_empty_is_not_known(write: Write) -> None:
    (found,) = histories(write(HEADER, "1,ada,,,,,,,1767225600"), UTC)
    assert (found.tasks, found.efforts) == ([], [])
    assert found.choices == [Choice(NEW_YEAR, 0, "1", "")]
    (found,) = histories(write(HEADER, "1,ada,,,,,2026-01-01,,"), UTC)
    assert found.tasks == [Task("1", NEW_YEAR)]
    assert found.choices == []


def test_columns_stand_in_any_order_and_others_are_passed_over(write: Write) -> None:
    names = ["note", *reversed(COLUMNS)]
    cells = ["a, b", *reversed(LINE.split(","))]
    path = write(",".join(names), ",".join(f'"{cell}"' for cell in cells))
    assert histories(path, UTC) == histories(write(HEADER, LINE), UTC)


def test_an_instant_without_a_zone_is_of_the_zone_given_and_so_is_the_hour(write: Write) -> None:
    zone = ZoneInfo("Europe/Berlin")
    local, absolute = (
        histories(write(HEADER, f"1,ada,,,,,,{at},"), zone)[0].choices
        for at in ("2026-07-01T09:00:00", "2026-07-01T07:00:00Z")
    )
    assert local == absolute
    assert local[0].hour == 9


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("task_id", "", "is empty"),
        ("person", " ", "is empty"),
        ("priority", "4", "'4' is not 0 to 3, H, M or L"),
        ("priority", "high", "'high' is not 0 to 3, H, M or L"),
        ("estimate_s", "1h", "'1h' is not seconds, 0 or more"),
        ("estimate_s", "nan", "'nan' is not seconds, 0 or more"),
        ("actual_s", "inf", "'inf' is not seconds, 0 or more"),
        ("actual_s", "-1", "'-1' is not seconds, 0 or more"),
        ("created_at", "yesterday", "is not an instant from 1970 to 2200"),
        ("started_at", "nan", "is not an instant from 1970 to 2200"),
        ("started_at", "0001-01-01", "is not an instant from 1970 to 2200"),
        ("finished_at", "1e300", "is not an instant from 1970 to 2200"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(
    write: Write, column: str, cell: str, why: str
) -> None:
    cells = dict(zip(COLUMNS, LINE.split(","), strict=True)) | {"task_id": "2", column: cell}
    path = write(HEADER, LINE, ",".join(cells.values()))
    result = run("--csv", path)
    assert result.exit_code == 2
    assert f"tasks.csv, line 3, column {column}: " in result.output
    assert why in result.output


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([""], "line 1: there is no column 'task_id'"),
        ([HEADER.replace("person", "who")], "line 1: there is no column 'person'"),
        ([f"{HEADER},person"], "line 1: more than one column is named 'person'"),
        ([HEADER, LINE[:30]], "line 2: columns: 7, in the first line 9"),
        ([HEADER, LINE, LINE], "line 3, column task_id: '1' of 'ada' stands on a line before"),
        ([HEADER, '"1,ada'], "not such a table"),
    ],
)
def test_a_bad_table_is_refused_and_it_is_said_where(
    write: Write, lines: list[str], why: str
) -> None:
    result = run("--csv", write(*lines))
    assert result.exit_code == 2
    assert why in result.output
    assert "Traceback" not in result.output


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "tasks.csv"
    path.write_bytes(HEADER.encode() + b"\n\xff\xfe,a")
    assert "not such a table" in run("--csv", path).output


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "tasks.csv"
    path.write_bytes(f"{HEADER}\n{text}".encode(errors="surrogatepass"))
    with suppress(Unfit):
        histories(path, UTC)


def test_an_unknown_zone_and_a_user_of_a_table_are_refused(write: Write) -> None:
    path = write(HEADER, LINE)
    assert "no IANA time zone" in run("--csv", path, "--zone", "Mars").output
    assert "not of a table" in run("--csv", path, "--user", "ada").output


def test_a_table_of_one_line_and_of_none_say_that_it_is_not_enough(write: Write) -> None:
    for lines in ([HEADER], [HEADER, LINE]):
        result = run("--csv", write(*lines))
        assert result.exit_code == 0
        assert "not enough history: 0 of 30 choices" in result.output
        assert "not enough history: 0 of 30 tasks" in result.output


def lived(seed: int, person: str) -> list[str]:
    """Lines of a person who always takes the oldest task, and underestimates all by 1.6."""
    random, lines = Random(seed), []
    for number in range(80):
        created = 1_767_225_600 + number * 3600
        started = created + 7200
        estimate = random.choice((900, 3600, 14_400))
        actual = estimate * 1.6 * random.lognormvariate(0, 0.3)
        cells = (number, person, "x", "", estimate, actual, created, started, started + 1800)
        lines.append(",".join(map(str, cells)))
    return lines


def test_what_is_replayed_is_shown_to_people_and_to_programs(write: Write) -> None:
    people = [f"p{number}" for number in range(6)]
    lines = [line for seed, person in enumerate(people) for line in lived(seed, person)]
    path = write(HEADER, *lines)
    shown = run("--csv", path)
    assert shown.exit_code == 0
    for word in ("What came next", "What tasks took", "oldest", "raw estimate", "up to 30 min"):
        assert word in shown.output
    told = json.loads(run("--csv", path, "--json").output)
    assert told["people"] == 6
    chosen, took = told["sections"]["next_task"], told["sections"]["estimates"]
    assert chosen["all"]["means"]["oldest"]["hit@1"] == 1
    assert (chosen["draws"]["of"], chosen["draws"]["number"]) == ("person", 6)
    assert [one["name"] for one in chosen["people"]] == people
    assert took["all"]["means"]["timeflow"]["miss"] < took["all"]["means"]["raw estimate"]["miss"]


def test_the_same_seed_gives_the_same_whatever_the_order_of_lines(write: Write) -> None:
    lines = [*lived(1, "a"), *lived(2, "b")]
    first = run("--csv", write(HEADER, *lines), "--json").output
    Random(1).shuffle(lines)
    path = write(HEADER, *lines)
    assert run("--csv", path, "--json").output == first
    assert run("--csv", path, "--json", "--seed", "9").output != first
