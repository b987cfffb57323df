"""Models that segments were learnt by, and what they say of days and people."""

from typing import Any

TABLES = """
-- Every fit, also those that were refused; of a subject (and person, for days) the newest counts.
CREATE TABLE segment_model (
    id uuid PRIMARY KEY,
    subject text NOT NULL CHECK (subject IN ('user', 'user_day')),
    user_id uuid,
    feature_set text NOT NULL,
    accepted boolean NOT NULL,
    reason text NOT NULL,
    model jsonb,
    tried jsonb NOT NULL,
    rows integer NOT NULL,
    left_out integer NOT NULL,
    relabelled double precision,
    psi jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    applied_at timestamptz,
    CHECK ((subject = 'user_day') = (user_id IS NOT NULL)),
    CHECK (accepted = (model IS NOT NULL))
);
COMMENT ON COLUMN segment_model.applied_at IS 'When the days of the person were typed by it';
CREATE INDEX segment_model_newest ON segment_model (subject, user_id, id);

-- Who is at a fit, and until when: one fits at a time. Of people `owner` is all zeros.
CREATE TABLE segment_fit (
    subject text NOT NULL,
    owner uuid NOT NULL,
    claimed_until timestamptz NOT NULL,
    PRIMARY KEY (subject, owner)
);

ALTER TABLE user_day
    ADD COLUMN learnt_type text NOT NULL DEFAULT '',
    ADD COLUMN learnt_reason text NOT NULL DEFAULT '';

-- A learnt segment is left for another only when that is found on two days.
ALTER TABLE segment_membership
    ADD COLUMN pending text,
    ADD COLUMN pending_since date;
"""

VIEW = """
CREATE VIEW analyst.segment_models WITH (security_barrier) AS
SELECT id, feature_set, accepted, reason, (model -> 'evidence' ->> 'k')::integer AS k,
       (model -> 'evidence' ->> 'stability')::double precision AS stability,
       (model -> 'evidence' ->> 'null_stability')::double precision AS null_stability,
       (model -> 'evidence' ->> 'silhouette')::double precision AS silhouette,
       (model -> 'evidence' ->> 'gain')::double precision AS gain,
       rows AS people, left_out, relabelled, psi, created_at
FROM public.segment_model WHERE subject = 'user' AND rows >= 5
"""

ABOUT = {
    "id": "Of the model",
    "feature_set": "Version of what the features mean",
    "accepted": "Whether segments are made by it, if it is the newest",
    "reason": "Why not, in words",
    "k": "How many segments it has",
    "stability": "Mean adjusted Rand index of bootstraps",
    "null_stability": "The highest of clouds without structure",
    "silhouette": "How far apart the segments are, -1 to 1",
    "gain": "Share of the error of features held out that the segments save",
    "people": "How many it was fitted to",
    "left_out": "How many had no value of some feature",
    "relabelled": "Share of people whose segment is another than by the model before",
    "psi": "Population stability index of each feature against the model before",
    "created_at": "When it was fitted",
}


def up(migrator: Any, db: Any) -> None:
    """Make the tables, and what analysts see of models of people."""
    db.execute_sql(TABLES)
    db.execute_sql(VIEW)
    db.execute_sql(
        "COMMENT ON VIEW analyst.segment_models IS"
        " 'Models of people, also refused ones; the newest counts'"
    )
    for column, meaning in ABOUT.items():
        db.execute_sql(f"COMMENT ON COLUMN analyst.segment_models.{column} IS '{meaning}'")
