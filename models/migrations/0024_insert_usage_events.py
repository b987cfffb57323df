"""Usage events are inserted by a function that says which of them the database refuses, and why."""

from typing import Any

# All at once; if a row fails, in parts, each undone by itself. `setval` is never undone, so a part
# ends where its failure stood, and there the next begins: that row alone, which is the one. Where
# nobody says where it was, parts are halved. What is not a row's fault (a deadlock, a full disk)
# passes through.
INSERT = """
CREATE TYPE usage_event_touched AS (user_id uuid, time_us bigint, lasting_us bigint);
CREATE TYPE usage_event_refused AS (place int, state text, message text);
CREATE SEQUENCE usage_event_at_hand;

CREATE FUNCTION insert_usage_events(
    events json, OUT touched usage_event_touched[], OUT refused usage_event_refused[]
) LANGUAGE plpgsql AS $$
DECLARE
    part_size CONSTANT int := 64;
    total CONSTANT int := json_array_length(events);
    rows json[];
    first int := 1;
    last int := total;
    suspect int := 0;
BEGIN
    touched := '{}';
    refused := '{}';
    WHILE first <= total LOOP
        IF rows IS NOT NULL THEN
            PERFORM setval('usage_event_at_hand', (last - first) / 2 + 2);
        END IF;
        BEGIN
            WITH inserted AS (
                INSERT INTO usage_event (
                    user_id, source, event_id, hash, type, time, duration_us,
                    device, entity, category, project, data, received_at, pulse_us
                )
                SELECT "user", source, id, hash, type,
                       timestamptz 'epoch' + incoming.time * interval '1 microsecond',
                       coalesce(duration, 0), coalesce(device, ''), coalesce(entity, ''),
                       coalesce(category, ''), coalesce(project, ''), coalesce(data, '{}'),
                       timestamptz 'epoch' + received * interval '1 microsecond',
                       coalesce(pulse, 0)
                FROM ROWS FROM (
                    json_to_recordset(coalesce(array_to_json(rows[first:last]), events)) AS (
                        "user" uuid, source text, id text, hash text, type text, time bigint,
                        duration bigint, device text, entity text, category text, project text,
                        data jsonb, received bigint, pulse bigint
                    )
                ) WITH ORDINALITY AS incoming
                WHERE rows IS NULL OR setval('usage_event_at_hand', ordinality) > 0
                ON CONFLICT (user_id, source, event_id) DO NOTHING
                RETURNING user_id, (extract(epoch FROM time) * 1000000)::bigint,
                          duration_us + pulse_us
            )
            SELECT touched || array_agg(inserted::usage_event_touched) INTO touched FROM inserted;
            first := last + 1;
            last := least(first + part_size - 1, total);
            IF first = suspect THEN
                last := first;
            END IF;
        EXCEPTION
            WHEN data_exception OR integrity_constraint_violation OR plpgsql_error
                OR program_limit_exceeded THEN
            IF first = last THEN
                refused := refused || (first - 1, SQLSTATE, SQLERRM)::usage_event_refused;
                first := first + 1;
                last := least(first + part_size - 1, total);
            ELSIF rows IS NULL THEN
                rows := ARRAY(SELECT value FROM json_array_elements(events));
                last := least(part_size, total);
            ELSE
                suspect := first + currval('usage_event_at_hand') - 1;
                last := greatest(first, suspect - 1);
            END IF;
        END;
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION insert_usage_events FROM PUBLIC;
"""


def up(migrator: Any, db: Any) -> None:
    """Make the function and what it needs."""
    db.execute_sql(INSERT)
