import { expect, test } from "vitest";
import type { Partition, Stage } from "../../../api/schema";
import { pausing, resuming } from "./pauses";

const paused = (reason: string) => ({ at: "2026-03-02T09:00:00Z", by: null, reason });

function stage(whole: string | null, ...partitions: (string | null)[]): Stage {
  return {
    stage: "usage",
    paused: whole === null ? null : paused(whole),
    partitions: partitions.map((reason, partition) => ({
      partition,
      paused: reason === null ? null : paused(reason),
    })) as Partition[],
  } as Stage;
}

const undone = ({ undo }: ReturnType<typeof resuming>) =>
  undo?.({} as Stage).map(({ path, body }) => [path.split("/").at(-1), body]);

test("a pause is taken back by going on, of the same place", () => {
  expect(undone(pausing(stage(null), null, "why"))).toEqual([["resume", { partition: null }]]);
  expect(undone(pausing(stage(null), 3, ""))).toEqual([["resume", { partition: 3 }]]);
});

test("going on is taken back by the same pause with the same reason", () => {
  expect(undone(resuming(stage(null, null, "slow"), 1))).toEqual([
    ["pause", { partition: 1, reason: "slow" }],
  ]);
});

test("a stage goes on with its partitions, and all of them pause again", () => {
  expect(undone(resuming(stage("rule", null, "slow"), null))).toEqual([
    ["pause", { partition: 1, reason: "slow" }],
    ["pause", { partition: null, reason: "rule" }],
  ]);
});
