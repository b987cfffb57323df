"""Every metric of the system, by name, with what it tells.

A counter of what must stay 0 is told apart by its help text; alarms are made of those.
"""

from prometheus_client import Counter, Gauge, Histogram

_LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SIZE_BUCKETS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000)

# --- HTTP -----------------------------------------------------------------------------------------
http_seconds = Histogram(
    "timeflow_http_request_seconds",
    "From the request's head to the answer's end",
    ["method", "route", "status"],
    buckets=_LATENCY_BUCKETS,
)

# --- intake ---------------------------------------------------------------------------------------
events_rejected = Counter("timeflow_events_rejected_total", "Events refused as invalid items")
intake_refused = Counter("timeflow_intake_refused_total", "Requests of which nothing was appended")
intake_unknown = Counter(
    "timeflow_intake_unknown_total", "Requests whose append got no reply: outcome unknown"
)
events_not_kept = Counter(
    "timeflow_events_not_kept_total",
    "Events that came in after their person had deleted them, or did not keep any so old",
)
append_seconds = Histogram(
    "timeflow_append_seconds", "One append of a record batch", buckets=_LATENCY_BUCKETS
)
append_events = Histogram(
    "timeflow_append_events",
    "Events in one record batch; its sum are the events acknowledged to clients",
    buckets=_SIZE_BUCKETS,
)

# --- streams --------------------------------------------------------------------------------------
lag_entries = Gauge(
    "timeflow_lag_entries", "Entries not yet applied", ["topic", "partition", "group"]
)
lag_events = Gauge("timeflow_lag_events", "Events not yet applied", ["topic", "partition", "group"])
lag_seconds = Gauge(
    "timeflow_lag_seconds",
    "Age of the oldest entry not yet applied",
    ["topic", "partition", "group"],
)
outbox_waiting = Gauge("timeflow_outbox_waiting", "Changes of work that are not on the stream yet")
redis_memory_share = Gauge(
    "timeflow_redis_memory_share", "Share of Redis' maxmemory in use; intake stops at its own"
)
rebalances = Counter("timeflow_rebalances_total", "New assignments of partitions", ["group"])
log_replaced = Counter(
    "timeflow_log_replaced_total",
    "ALARM: a stream is not the one that was read or written before; it is read from its start",
    ["topic"],
)
fenced = Counter(
    "timeflow_fenced_total", "Refused writes of a worker that lost its partition", ["what"]
)
trimmed_entries = Counter("timeflow_trimmed_entries_total", "Entries trimmed after use", ["topic"])

# --- stages ---------------------------------------------------------------------------------------
stage_events = Counter("timeflow_stage_events_total", "Events applied", ["stage"])
stage_transaction_seconds = Histogram(
    "timeflow_stage_transaction_seconds",
    "One transaction of a stage",
    ["stage"],
    buckets=_LATENCY_BUCKETS,
)
stage_batch_events = Histogram(
    "timeflow_stage_batch_events", "Events in one transaction", ["stage"], buckets=_SIZE_BUCKETS
)
stage_retries = Counter(
    "timeflow_stage_retries_total", "Batches tried again: the environment failed", ["stage"]
)
stale_commits = Counter(
    "timeflow_stale_commits_total",
    "Transactions refused: another worker owns the partition",
    ["stage"],
)
dead_letters = Counter("timeflow_dead_letters_total", "Events buried", ["stage", "kind"])
dead_letters_kept = Gauge("timeflow_dead_letters_kept", "Dead letters there are, of any state")
dead_letters_share = Gauge(
    "timeflow_dead_letters_share", "Share of DEAD_LETTERS_MOST that is used; ALARM near 1"
)
dead_letters_pruned = Counter(
    "timeflow_dead_letters_pruned_total", "ALARM: dead letters that went for want of room or time"
)
quarantined = Counter(
    "timeflow_quarantined_total", "Events set aside, for they end processes", ["stage"]
)
breaker_open = Gauge("timeflow_breaker_open", "1 while a stage pauses: most events fail", ["stage"])
sweep_users = Counter("timeflow_sweep_users_total", "Users the sweep found behind", ["stage"])
rebuilds = Counter("timeflow_rebuilds_total", "Users recomputed from their raw events", ["result"])
relayed = Counter("timeflow_relayed_total", "Changes of work sent from the outbox to the stream")
identity_conflicts = Counter(
    "timeflow_identity_conflicts_total", "Events with a known id and different content"
)
oldest_membership_seconds = Gauge(
    "timeflow_oldest_membership_seconds", "Since the longest stale membership was found to hold"
)

# --- process --------------------------------------------------------------------------------------
loop_lag_seconds = Gauge("timeflow_loop_lag_seconds", "Longest recent delay of the event loop")
