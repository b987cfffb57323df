import { expect, test } from "vitest";
import type { WebStreamsStanding as Standing } from "../../../api/schema";
import { sumsOf } from "./sums";

const standing = (more: Partial<Standing>): Standing => ({
  topic: "usage",
  partition: 0,
  group: "timeflow-usage",
  committed: 1,
  end: 1,
  lag_entries: 0,
  lag_events: 0,
  oldest_age_s: 0,
  bytes: 0,
  rate_events_s: 0,
  drain_s: 0,
  ...more,
});

test("lag and rate add up, the oldest and the slowest stand", () => {
  const [sum] = sumsOf([
    standing({ lag_events: 10, oldest_age_s: 5, rate_events_s: 2, drain_s: 5 }),
    standing({ partition: 1, lag_events: 7, oldest_age_s: 9, rate_events_s: 7, drain_s: 1 }),
  ]);
  expect(sum).toMatchObject({ lag_events: 17, oldest_age_s: 9, rate_events_s: 9, drain_s: 5 });
});

test("what one partition does not know is not known, and is no zero", () => {
  const [sum] = sumsOf([standing({}), standing({ partition: 1, lag_events: null })]);
  expect(sum?.lag_events).toBeNull();
  expect(sum?.lag_entries).toBe(0);
});

test("groups of a topic and the same group of topics are told apart", () => {
  const sums = sumsOf([
    standing({}),
    standing({ group: "stranger" }),
    standing({ topic: "tasks" }),
    standing({ partition: 1 }),
  ]);
  expect(sums.map(({ topic, group, partitions }) => [topic, group, partitions.length])).toEqual([
    ["usage", "timeflow-usage", 2],
    ["usage", "stranger", 1],
    ["tasks", "timeflow-usage", 1],
  ]);
});
