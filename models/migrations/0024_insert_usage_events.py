"""Usage events are inserted by a function that says which of them a database refuses, and why."""

from typing import Any

# One statement for all; only where a row fails it is tried again in sixteenths, each undone by
# itself, down to single rows. What is not a row's fault (a deadlock, a full disk) passes through.
INSERT = """
CREATE TYPE usage_event_touched AS (user_id uuid, time_us bigint, lasting_us bigint);
CREATE TYPE usage_event_refused AS (place int, state text, message text);

CREATE FUNCTION insert_usage_events(
    events json, OUT touched usage_event_touched[], OUT refused usage_event_refused[]
) LANGUAGE plpgsql AS $$
DECLARE
    rows json[];
    size int;
    part record;
BEGIN
    refused := '{}';
    BEGIN
        WITH inserted AS (
            INSERT INTO usage_event (user_id, source, event_id, hash, type, time, duration_us,
                                     device, entity, category, project, data, received_at, pulse_us)
            SELECT "user", source, id, hash, type,
                   timestamptz 'epoch' + incoming.time * interval '1 microsecond',
                   coalesce(duration, 0), coalesce(device, ''), coalesce(entity, ''),
                   coalesce(category, ''), coalesce(project, ''), coalesce(data, '{}'),
                   timestamptz 'epoch' + received * interval '1 microsecond', coalesce(pulse, 0)
            FROM json_to_recordset(events) AS incoming (
                "user" uuid, source text, id text, hash text, type text, time bigint,
                duration bigint, device text, entity text, category text, project text, data jsonb,
                received bigint, pulse bigint
            )
            ON CONFLICT (user_id, source, event_id) DO NOTHING
            RETURNING user_id, (extract(epoch FROM time) * 1000000)::bigint, duration_us + pulse_us
        )
        SELECT coalesce(array_agg(inserted::usage_event_touched), '{}') INTO touched FROM inserted;
        RETURN;
    EXCEPTION
        WHEN data_exception OR integrity_constraint_violation OR plpgsql_error
            OR program_limit_exceeded THEN
        touched := '{}';
        IF json_array_length(events) = 1 THEN
            refused := ARRAY[(0, SQLSTATE, SQLERRM)::usage_event_refused];
            RETURN;
        END IF;
    END;
    rows := ARRAY(SELECT value FROM json_array_elements(events));
    size := ceil(cardinality(rows) / 16.0);
    FOR before IN 0 .. cardinality(rows) - 1 BY size LOOP
        SELECT * INTO part
        FROM insert_usage_events(array_to_json(rows[before + 1 : before + size]));
        touched := touched || part.touched;
        refused := refused || ARRAY(
            SELECT (before + one.place, one.state, one.message)::usage_event_refused
            FROM unnest(part.refused) AS one
        );
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION insert_usage_events FROM PUBLIC;
"""


def up(migrator: Any, db: Any) -> None:
    """Make the function and what it returns."""
    db.execute_sql(INSERT)
