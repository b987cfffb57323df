"""Usage events that may be refused come to their insert apart from the others."""

from typing import Any

_INSERT = """
WITH inserted AS (
    INSERT INTO usage_event (
        user_id, source, event_id, hash, type, time, duration_us, device, entity, category, project,
        data, received_at, pulse_us
    )
    SELECT "user", source, id, hash, type,
           timestamptz 'epoch' + incoming.time * interval '1 microsecond',
           coalesce(duration, 0), coalesce(device, ''), coalesce(entity, ''),
           coalesce(category, ''), coalesce(project, ''), coalesce(data, '{{}}'),
           timestamptz 'epoch' + received * interval '1 microsecond', coalesce(pulse, 0)
    FROM {source}
    ON CONFLICT (user_id, source, event_id) DO NOTHING
    RETURNING user_id, (extract(epoch FROM time) * 1000000)::bigint, duration_us + pulse_us
)
SELECT touched || array_agg(inserted::usage_event_touched) INTO touched FROM inserted
"""

_COLUMNS = """
    "user" uuid, source text, id text, hash text, type text, time bigint, duration bigint,
    device text, entity text, category text, project text, data jsonb, received bigint, pulse bigint
"""

_ALL = _INSERT.format(
    source=f"unnest(parts) AS each_part, json_to_recordset(each_part) AS incoming ({_COLUMNS})"
)

_MARKED = _INSERT.format(
    source=f"ROWS FROM (json_to_recordset(coalesce(array_to_json(rows[first:last]), part)) AS"
    f" ({_COLUMNS})) WITH ORDINALITY AS incoming"
    " WHERE setval('usage_event_at_hand', ordinality) > 0"
)

# All parts at once. If a row fails, part by part, each undone by itself; so go those `apart`, too,
# of which the first has the place `place_apart` among all.
# `setval` is never undone, so of a part that fails what is before the failure goes first, then that
# row alone, then a few, then the rest. A failure at the first row is that row's own. Where nobody
# says where it was, what fails is halved. What is not a row's fault (a deadlock, a full disk)
# passes through.
INSERT = f"""
CREATE FUNCTION insert_usage_events(
    parts json[], apart json[], place_apart int,
    OUT touched usage_event_touched[], OUT refused usage_event_refused[]
) LANGUAGE plpgsql AS $$
DECLARE
    part json;
    rows json[];
    size int;
    before int := 0;
    first int;
    last int;
    suspect int;
    few CONSTANT int := 8;
BEGIN
    touched := '{{}}';
    refused := '{{}}';
    BEGIN
        {_ALL};
        parts := '{{}}';
        before := place_apart;
    EXCEPTION
        WHEN data_exception OR integrity_constraint_violation OR plpgsql_error
            OR program_limit_exceeded THEN
    END;
    FOREACH part IN ARRAY parts || apart LOOP
        rows := NULL;
        size := json_array_length(part);
        first := 1;
        last := size;
        suspect := 0;
        WHILE first <= size LOOP
            PERFORM setval('usage_event_at_hand', (last - first) / 2 + 2);
            BEGIN
                {_MARKED};
                first := last + 1;
                last := CASE first WHEN suspect THEN suspect ELSE size END;
            EXCEPTION
                WHEN data_exception OR integrity_constraint_violation OR plpgsql_error
                    OR program_limit_exceeded THEN
                rows := coalesce(rows, ARRAY(SELECT value FROM json_array_elements(part)));
                suspect := first + currval('usage_event_at_hand') - 1;
                IF first IN (last, suspect) THEN
                    refused := refused
                        || (before + first - 1, SQLSTATE, SQLERRM)::usage_event_refused;
                    first := first + 1;
                    last := least(first + few - 1, size);
                ELSE
                    last := suspect - 1;
                END IF;
            END;
        END LOOP;
        before := before + size;
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION insert_usage_events(json[], json[], int) FROM PUBLIC;
"""


def up(migrator: Any, db: Any) -> None:
    """Make the function; those before stay for workers that are not of this version yet."""
    db.execute_sql(INSERT)
