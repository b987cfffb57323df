"""Analysts read all views; who is in a segment now of those that hold five; sizes as a sum."""

from typing import Any

MEMBERSHIPS = """
CREATE OR REPLACE VIEW analyst.segment_memberships WITH (security_barrier) AS
WITH large AS (
    SELECT segment, count(*) FILTER (WHERE left_at IS NULL) >= 5 AS is_now
    FROM public.segment_membership GROUP BY segment HAVING count(DISTINCT user_id) >= 5
)
SELECT p.id AS member, segment, m.family, m.entered_on, m.left_on, m.score, m.reason,
       m.model_version, m.entered_at, m.left_at, m.computed_at
FROM public.segment_membership m JOIN large USING (segment)
JOIN public.pseudonym p USING (user_id)
WHERE (large.is_now OR m.left_at IS NOT NULL) AND (SELECT count(*) FROM public.pseudonym) >= 5
"""

ABOUT_MEMBERSHIPS = (
    "Who was in which segment from when to when, of segments that ever held five people; who is in"
    " one now, of those that hold five now."
)


# A running sum of who entered and left: each stay is looked at once, not once for each of its days.
SIZES = """
CREATE OR REPLACE VIEW analyst.segment_sizes WITH (security_barrier) AS
WITH moves AS (
    SELECT segment, greatest(entered_on, current_date - 365) AS day, 1 AS change, left_on
    FROM public.segment_membership
    WHERE entered_on <= current_date
      AND (left_on IS NULL OR left_on > greatest(entered_on, current_date - 365))
), changes AS (
    SELECT segment, day, sum(change) AS change FROM (
        SELECT segment, day, change FROM moves
        UNION ALL SELECT segment, left_on, -1 FROM moves WHERE left_on <= current_date
    ) AS each GROUP BY segment, day
), sizes AS (
    SELECT day, segment, sum(change) OVER (PARTITION BY segment ORDER BY day)::bigint AS members
    FROM (SELECT DISTINCT segment FROM moves) AS known
    CROSS JOIN (SELECT current_date - ago AS day FROM generate_series(0, 365) AS ago) AS days
    LEFT JOIN changes USING (segment, day)
)
SELECT day, segment, CASE WHEN members >= 5 THEN members END AS members
FROM sizes WHERE members > 0 AND (SELECT count(*) FROM public.pseudonym) >= 5
"""

# A role is of all databases: it is asked whether it reads this one.
GRANTS = """
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_roles
        WHERE rolname = 'timeflow_analyst' AND has_schema_privilege(oid, 'analyst', 'USAGE')
    ) THEN
        GRANT SELECT ON ALL TABLES IN SCHEMA analyst TO timeflow_analyst;
        ALTER DEFAULT PRIVILEGES IN SCHEMA analyst GRANT SELECT ON TABLES TO timeflow_analyst;
    END IF;
END $$
"""


def up(migrator: Any, db: Any) -> None:
    """Replace the views, whose columns stay what they are; let whoever reads them read all."""
    db.execute_sql(GRANTS)
    db.execute_sql(MEMBERSHIPS)
    db.execute_sql(SIZES)
    db.execute_sql(f"COMMENT ON VIEW analyst.segment_memberships IS '{ABOUT_MEMBERSHIPS}'")
