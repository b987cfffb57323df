"""Rules over history: what is kept becomes what it would be if it came now."""

import pytest

from tests.instance import wait_until
from tests.services.privacy.conftest import Instance, heartbeat

pytestmark = pytest.mark.services

SECRET = "https://bank.example/account/4711"


def run_over_history(instance: Instance, token: str) -> dict[str, int]:
    """Apply the rules to history and wait for the end."""
    instance.call("POST", "/redaction-rules/apply", token)

    def done() -> dict[str, int] | None:
        run: dict[str, int] = instance.call("GET", "/redaction-rules", token)["run"]
        return run if run["done_at"] else None

    found: dict[str, int] = wait_until(done, what="the run is done")
    instance.settle()
    return found


def test_history_is_rewritten_the_days_follow_and_a_second_run_changes_nothing(
    instance: Instance,
) -> None:
    token = instance.operator
    other = instance.register("other@example.org", time_zone="UTC")["access_token"]
    events = [
        heartbeat("09:00", id="1", entity=SECRET, data={"title": "Account 4711"}),
        heartbeat("09:05", id="2", entity=SECRET),
        heartbeat("09:10", id="3", entity="main.py"),
    ]
    instance.post(token, *events)
    instance.post(other, *events)
    for rule in (
        {"field": "entity", "pattern": "(?i)bank", "action": "shorten"},
        {"field": "title", "pattern": "[0-9]{4}", "action": "drop"},
    ):
        instance.call("POST", "/redaction-rules", token, rule)
    run = run_over_history(instance, token)
    assert (run["looked_at"], run["changed"]) == (3, 2)
    kept = instance.call("GET", "/events", token)["items"]
    assert [event["entity"] for event in kept] == ["bank.example", "bank.example", "main.py"]
    assert [event["id"] for event in kept] == ["1", "2", "3"]
    assert "data" not in kept[0]
    summary = instance.call(
        "GET", "/analytics/summary?group_by=entity&from=2026-03-02&to=2026-03-02", token
    )
    assert {group["key"]: group["active_s"] for group in summary["groups"]} == {
        "bank.example": 600.0,
        "main.py": 0.0,
    }
    assert run_over_history(instance, token)["changed"] == 0
    assert {event["entity"] for event in instance.call("GET", "/events", other)["items"]} == {
        SECRET,
        "main.py",
    }


def test_an_event_without_an_id_sent_before_and_after_counts_once_after_the_run(
    instance: Instance,
) -> None:
    token = instance.operator
    event = heartbeat("09:00", entity=SECRET)
    instance.post(token, event)
    rule = {"field": "entity", "pattern": "bank", "action": "hash"}
    instance.call("POST", "/redaction-rules", token, rule)
    instance.post(token, event)
    assert len(instance.call("GET", "/events", token)["items"]) == 2
    run_over_history(instance, token)
    (kept,) = instance.call("GET", "/events", token)["items"]
    assert kept["entity"].startswith("redacted-")
    instance.post(token, event)
    assert len(instance.call("GET", "/events", token)["items"]) == 1


def test_what_lies_in_buckets_is_rewritten_in_all_that_is_made_of_a_field_and_is_the_same_again(
    instance: Instance,
) -> None:
    token, bucket = instance.operator, "/api/0/buckets/windows"
    made = {"client": "test", "type": "currentwindow", "hostname": "desk"}
    instance.call("POST", bucket, token, made)
    report = {"timestamp": "2026-03-02T09:00:00Z", "duration": 60}
    report["data"] = {"app": "web", "title": "my bank"}
    instance.call("POST", f"{bucket}/heartbeat?pulsetime=5", token, report)
    instance.settle()
    rule = {"field": "title", "pattern": "bank", "action": "drop"}
    instance.call("POST", "/redaction-rules", token, rule)
    assert run_over_history(instance, token)["changed"] == 1
    instance.call("POST", f"{bucket}/heartbeat?pulsetime=5", token, report)
    instance.settle()
    (event,) = instance.call("GET", f"{bucket}/events", token)
    assert (event["data"], event["duration"]) == ({"app": "web"}, 60)
    (kept,) = instance.call("GET", "/events", token)["items"]
    assert kept["entity"] == "web"


def test_dead_letters_are_redacted_too(instance: Instance) -> None:
    token = instance.operator
    instance.post(token, heartbeat("09:00", id="1", entity=SECRET))
    # What failed in the usage stage and waits for an operator.
    instance.rows(
        'INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, user_id,'
        " event, state, error_class, error_message, traceback, attempts, code_version)"
        " SELECT gen_random_uuid(), 'usage', 'usage', 0, 1, 0, '', user_id, convert_to("
        " json_build_object('user', user_id, 'source', source, 'id', event_id, 'hash', hash,"
        " 'type', type, 'time', 0, 'received', 0, 'entity', entity)::text, 'UTF8'), 'open',"
        " 'E', entity, entity, 1, '1' FROM usage_event"
    )
    # What an operator has edited, and was about to edit.
    instance.rows(
        'INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, user_id,'
        " event, original, state, error_class, error_message, traceback, attempts, code_version)"
        " SELECT gen_random_uuid(), 'usage', 'usage', 0, 2, 0, '', user_id, convert_to(replace("
        "convert_from(event, 'UTF8'), %(secret)s, 'shop'), 'UTF8'), event, 'open', 'E', '', '',"
        " 1, '1' FROM dead_letter",
        {"secret": SECRET},
    )
    instance.rows(
        "WITH job AS (INSERT INTO job (id, kind, state, request) VALUES"
        " (gen_random_uuid(), 'replay', 'cancelled', '{}') RETURNING id)"
        " INSERT INTO job_item (job_id, number, subject, user_id, event) SELECT job.id, 1, d.id,"
        " user_id, original FROM job, dead_letter d WHERE original IS NOT NULL"
    )
    rule = {"field": "entity", "pattern": "bank", "action": "drop"}
    instance.call("POST", "/redaction-rules", token, rule)
    assert run_over_history(instance, token)["changed"] == 2
    edited = "SELECT convert_from(event, 'UTF8'), original FROM dead_letter WHERE \"offset\" = 2"
    assert [("shop" in event, original) for event, original in instance.rows(edited)] == [
        (True, None)
    ]
    assert instance.rows("SELECT state, event FROM job_item") == [("failed_again", None)]
    ((event, message, traceback),) = instance.rows(
        "SELECT convert_from(event, 'UTF8'), error_message, traceback FROM dead_letter"
        ' WHERE "offset" = 1'
    )
    assert "bank" not in event + message + traceback
