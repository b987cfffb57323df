"""A suggested rule matches what it is suggested for, and sensibly more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps import patterns
from pipeline.steps.suggest import propose, suggest

TEXTS = st.one_of(
    st.text(max_size=400),
    st.text("ab/\\.:?#@$ ", max_size=40),
    st.text("aB.:/?@w", max_size=20).map("https://".__add__),
)


@given(TEXTS)
def test_a_proposed_rule_matches_its_entity_and_can_be_kept(entity: str) -> None:
    rule = propose(entity)
    assert patterns.compiled(rule.pattern).search(entity)
    assert len(rule.pattern) <= 1000
    assert len(rule.category) <= 100
    assert all(step.strip() for step in rule.category.split("/"))


@pytest.mark.parametrize(
    ("entity", "category", "too", "not_too"),
    [
        ("https://www.github.com/a?b", "web/github.com", "http://gist.github.com", "https://github.com.evil"),
        ("https://me:pw@git.example:8443/x", "web/git.example", "https://git.example", "https://git.examples"),
        ("/home/me/src/a.py", "files/src", "/home/me/src/sub/b.py", "/home/me/srcs/a.py"),
        (r"C:\work\a.c", "files/work", r"C:\work\b.c", r"C:\play\a.c"),
        ("Firefox", "apps/Firefox", "Firefox", "Firefox 2"),
        ("/a", "apps/a", "/a", "/b"),
    ],
)  # fmt: skip
def test_the_site_the_directory_or_the_name(
    entity: str, category: str, too: str, not_too: str
) -> None:
    rule = propose(entity)
    pattern = patterns.compiled(rule.pattern)
    assert rule.category == category
    assert pattern.search(too)
    assert not pattern.search(not_too)


def test_what_a_larger_ones_rule_matches_needs_no_other() -> None:
    entities = [("/src/a.py", 9), ("/src/b.py", 8), ("Firefox", 7)]
    assert [(each.entity, each.active_us) for each in suggest(entities)] == [
        ("/src/a.py", 9),
        ("Firefox", 7),
    ]
