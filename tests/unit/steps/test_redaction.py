"""Rules of redaction: what fits a pattern is emptied, hashed or shortened, once and for all."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.events import UsageEvent
from pipeline.steps.identity import content_hash, identify
from pipeline.steps.patterns import BadPattern, compiled
from pipeline.steps.redaction import FIELDS, Redaction, Rule, redact, shorten
from pipeline.steps.sights import sight_of
from tests.people import PERSON, usage_event

KEY = b"a key of the tests"


def event(data: str = "{}", **fields: str) -> UsageEvent:
    made = msgspec.structs.replace(usage_event(0, id="1"), data=msgspec.Raw(data.encode()))
    return msgspec.structs.replace(made, **fields)


def redacted(sent: UsageEvent, *rules: tuple[str, str, str], key: bytes = KEY) -> UsageEvent:
    return Redaction([Rule._make(rule) for rule in rules], key).apply(sent)


def data_of(sent: UsageEvent) -> object:
    return msgspec.json.decode(sent.data)


@pytest.mark.parametrize("field", FIELDS)
def test_drop_empties_the_field_where_the_pattern_occurs_and_nothing_else(field: str) -> None:
    sent = event(**{name: f"my {name}" for name in FIELDS})
    assert redacted(sent, (field, "my", "drop")) == msgspec.structs.replace(sent, **{field: ""})
    assert redacted(sent, (field, "^your", "drop")) is sent


def test_a_dropped_field_of_data_is_gone() -> None:
    less = redacted(event('{"url": "https://bank", "n": 1}'), ("url", "bank", "drop"))
    assert data_of(less) == {"n": 1}


@pytest.mark.parametrize("field", ["entity", "data.entity"])
def test_a_name_is_that_of_the_event_unless_it_says_data(field: str) -> None:
    less = redacted(event('{"entity": "secret"}', entity="secret"), (field, "secret", "drop"))
    assert (less.entity, data_of(less)) in [("", {"entity": "secret"}), ("secret", {})]
    assert (less.entity == "") == (field == "entity")


def test_equal_values_of_a_person_have_equal_hashes_and_nobody_elses_are_the_same() -> None:
    rule = ("entity", "", "hash")
    first, second = (redacted(event(entity=name), rule).entity for name in ("a", "b"))
    assert first != second
    assert redacted(event(entity="a", project="x"), rule).entity == first
    assert redacted(event(entity="a"), rule, key=b"another").entity != first


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("https://ada:pw@example.org:8443/a/b?q=1#c", "example.org"),
        ("https://example.org", "example.org"),
        ("https://example.org?q=/secret", "example.org"),
        ("http://[::1]:80/x", "[::1]"),
        ("file:///home/ada/secret.txt", "secret.txt"),
        ("/home/ada/notes.txt", "notes.txt"),
        ("/home/ada/", "ada"),
        ("C:\\Users\\Ada\\notes.txt", "notes.txt"),
        ("notes.txt", "notes.txt"),
        ("/", "/"),
    ],
)
def test_shorten_leaves_the_host_of_a_url_and_the_last_name_of_a_path(
    text: str, short: str
) -> None:
    assert shorten(text) == short
    assert redacted(event(entity=text), ("entity", "", "shorten")).entity == short


def test_what_is_no_text_is_judged_as_json_and_never_shortened_but_dropped() -> None:
    sent = event('{"paths": ["/a/b", "\\u00fc"], "n": 12}')
    assert data_of(redacted(sent, ("paths", "ü", "shorten"))) == {"n": 12}
    assert data_of(redacted(sent, ("n", "^12$", "drop"))) == {"paths": ["/a/b", "ü"]}
    hashed = data_of(redacted(sent, ("paths", "/a", "hash")))
    assert isinstance(hashed, dict)
    assert hashed["paths"].startswith("redacted-")


def test_a_name_that_stands_twice_in_data_hides_nothing() -> None:
    less = redacted(event('{"url": "secret", "url": "x"}'), ("url", "secret", "drop"))
    assert b"secret" not in bytes(less.data)


def test_rules_apply_in_order_until_nothing_changes() -> None:
    rules = [("entity", "^b$", "drop"), ("entity", "/", "shorten")]
    assert redacted(event(entity="a/b"), *rules).entity == ""


TEXTS = st.text("ab/:.\\@?#", max_size=12)
RULES = st.tuples(
    st.sampled_from([*FIELDS, "url"]),
    st.sampled_from(["", "a", "b$", "^a", "/", "redacted", r"\.", "a.b"]),
    st.sampled_from(["drop", "hash", "shorten"]),
)


@given(st.lists(RULES, max_size=5), TEXTS, TEXTS, st.one_of(TEXTS, st.lists(TEXTS)))
def test_redacting_what_was_redacted_changes_nothing(
    rules: list[tuple[str, str, str]], entity: str, project: str, url: object
) -> None:
    data = msgspec.json.encode({"url": url, "n": 1}).decode()
    once = redacted(event(data, entity=entity, project=project), *rules)
    again = redacted(once, *rules)
    assert content_hash(again) == content_hash(once)


def test_a_kept_event_with_a_made_id_becomes_what_it_would_be_if_sent_again() -> None:
    rules = Redaction([Rule("entity", "secret", "drop")], KEY)
    sent = msgspec.structs.replace(event(entity="secret.txt"), id="")
    kept, again = identify(sent), identify(rules.apply(sent))
    assert redact(kept, rules) == again
    assert redact(again, rules) is None


def test_a_kept_event_keeps_the_id_that_its_client_gave() -> None:
    kept = identify(event(entity="secret.txt"))
    less = redact(kept, Redaction([Rule("entity", "secret", "drop")], KEY))
    assert less is not None
    assert (less.id, less.entity, less.user) == ("1", "", PERSON)
    assert less.hash == content_hash(less)


@pytest.mark.parametrize("pattern", ["(", "(?=a)", r"(a)\1", "(a{900}){900}", "(((a{30}){30}){30}"])
def test_what_does_not_compile_is_no_pattern(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compiled(pattern)


def test_a_pattern_never_takes_long() -> None:
    assert not compiled("(a*)*(a|aa)+$").search("a" * 50_000 + "b")


WINDOW = "currentwindow"
SEEN = '{"app": "mail", "title": "Re: the secret"}'


def seen(data: str, project: str = "") -> UsageEvent:
    """An event in a bucket of windows, as it comes."""
    sight = sight_of(WINDOW, msgspec.json.decode(data))
    return event(data, entity=sight.entity, category=sight.category, project=sight.project)


@pytest.mark.parametrize(
    ("rule", "entity", "data"),
    [
        (("title", "secret", "drop"), "mail", {"app": "mail"}),
        (("title", "^no", "drop"), "mail — Re: the secret", msgspec.json.decode(SEEN)),
        (("entity", "secret", "drop"), "", {}),
        (("app", "mail", "drop"), "Re: the secret", {"title": "Re: the secret"}),
    ],
)
def test_what_goes_from_the_data_of_a_bucket_goes_from_the_entity_and_the_other_way_round(
    rule: tuple[str, str, str], entity: str, data: object
) -> None:
    less = Redaction([Rule._make(rule)], KEY).apply(seen(SEEN), WINDOW)
    assert (less.entity, data_of(less)) == (entity, data)


def test_the_project_of_a_bucket_goes_from_both() -> None:
    sent = seen('{"app": "editor", "project": "merger"}')
    for field in ("project", "data.project"):
        less = Redaction([Rule(field, "merger", "drop")], KEY).apply(sent, WINDOW)
        assert (less.project, data_of(less)) == ("", {"app": "editor"})


def test_what_was_hashed_before_another_rule_came_stays_hashed() -> None:
    hashed = Redaction([Rule("entity", "secret", "hash")], KEY).apply(
        seen('{"app": "mail", "title": "secret", "n": 1}'), WINDOW
    )
    less = Redaction([Rule("n", "", "drop")], KEY).apply(hashed, WINDOW)
    assert (less.entity, data_of(less)) == (hashed.entity, {})


@given(
    st.lists(
        st.builds(
            Rule,
            st.sampled_from(["app", "title", "entity", "project", "data.project"]),
            st.sampled_from(["a", "b", "^a", "secret", ""]),
            st.sampled_from(["drop", "hash", "shorten"]),
        ),
        max_size=3,
    ),
    st.dictionaries(
        st.sampled_from(["app", "title", "project"]), st.sampled_from(["a", "ab", "x/secret", "b"])
    ),
)
def test_redacting_what_is_in_a_bucket_twice_changes_nothing(
    rules: list[Rule], data: dict[str, str]
) -> None:
    redaction = Redaction(rules, KEY)
    once = redaction.apply(seen(msgspec.json.encode(data).decode()), WINDOW)
    twice = redaction.apply(once, WINDOW)
    assert (twice.entity, twice.project, data_of(twice)) == (
        once.entity,
        once.project,
        data_of(once),
    )
