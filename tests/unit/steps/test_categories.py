"""The first rule that matches says what a thing is, and no rule of a set is there in vain."""

import pytest

from pipeline.steps import patterns
from pipeline.steps.categories import Rule, categorise, compiled, contradiction, cover
from pipeline.steps.overlap import Thing
from pipeline.steps.patterns import BadPattern
from pipeline.steps.sessionize import Usage
from pipeline.steps.suggest import quote
from pipeline.steps.terms import DEFAULT_TERMS, Terms, merged

WORK, FUN = Rule("entity", r"\.py$", "work/coding", 2), Rule("project", "^game", "fun")


def of(*rules: Rule, entity: str = "main.py", project: str = "game", category: str = "") -> str:
    return categorise(Thing("laptop", entity, category, project), compiled(rules))


def test_the_first_rule_that_matches_decides() -> None:
    assert of(WORK, FUN) == "work/coding"
    assert of(FUN, WORK) == "fun"
    assert of(WORK, FUN, entity="level") == "fun"


def test_the_raw_category_stays_where_no_rule_matches() -> None:
    assert of(WORK, entity="a.c", category="browsing") == "browsing"
    assert of(category="browsing") == "browsing"


def test_a_rule_may_look_at_the_raw_category_and_at_the_device() -> None:
    assert of(Rule("category", "^brows", "web"), category="browsing") == "web"
    assert of(Rule("device", "laptop", "work")) == "work"


def test_a_rule_sees_a_merged_device_as_what_it_counts_as() -> None:
    terms = Terms({"old": "new"}, {}, compiled((Rule("device", "^new$", "work"),)))
    event = Usage(0, "old", "api", "1", None, "main.py", "", "")
    (read,) = terms.read([event])
    assert (read.device, read.category, read.entity) == ("new", "work", "main.py")


def test_without_terms_events_are_taken_as_they_are() -> None:
    events = [Usage(0, "old", "api", "1", None, "main.py", "", "")]
    assert DEFAULT_TERMS.read(events) is events


def test_chains_of_merged_devices_end_in_one() -> None:
    links = [("a", "b"), ("b", "c"), ("x", "c")]
    assert merged(links) == {"a": "c", "b": "c", "x": "c"}


def test_coverage_is_time_with_any_category() -> None:
    times = {
        Thing("", "main.py", "", ""): 30,
        Thing("", "x", "", ""): 10,
        Thing("", "y", "z", ""): 2,
    }
    assert cover(times, None) == (2, {"": 40, "z": 2})
    assert cover(times, compiled((WORK,))) == (32, {"work/coding": 30, "": 10, "z": 2})


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([WORK, FUN], None),
        ([], None),
        ([WORK, Rule("project", r"\.py$", "other")], None),
        ([WORK, FUN, WORK], (2, "pattern")),
        ([WORK, FUN, WORK._replace(category="fun", productivity=0)], (2, "pattern")),
        ([WORK, FUN._replace(category="work/coding")], (1, "productivity")),
    ],
)
def test_a_rule_in_vain_or_against_another_is_found(
    rules: list[Rule], expected: tuple[int, str] | None
) -> None:
    found = contradiction(rules)
    assert (found and found[:2]) == expected


@pytest.mark.parametrize("text", ["(", "(?=x)", r"(a)\1", r"\pL{500}", "x{1001}", "(x{99}){99}"])
def test_a_pattern_that_does_not_compile_or_grows_too_large_is_refused(text: str) -> None:
    with pytest.raises(BadPattern) as refused:
        patterns.compiled(text)
    assert str(refused.value)


def test_a_pattern_that_explodes_elsewhere_takes_no_time_here() -> None:
    assert patterns.compiled("^(x+x+)+y$").search("x" * 1000) is None


def test_what_is_quoted_matches_itself_alone() -> None:
    odd = r"a.b+c*d?(e|f)[g]{2}^$\h é 🙂"
    assert patterns.compiled(f"^{quote(odd)}$").search(odd)
    assert not patterns.compiled(f"^{quote('a.b')}$").search("axb")
