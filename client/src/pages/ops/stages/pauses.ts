/** Pauses as calls: making them, ending them, and both taken back. */

import { type Call, call } from "../../../api/calls";
import type { Change } from "../../../api/changes";
import type { Stage } from "../../../api/schema";

const pause = (stage: string, partition: number | null, reason: string) =>
  call("post", "/ops/stages/{stage}/pause", { path: { stage }, body: { partition, reason } });

const resume = (stage: string, partition: number | null) =>
  call("post", "/ops/stages/{stage}/resume", { path: { stage }, body: { partition } });

/** "usage", "usage, partition 3". */
export const placeOf = (stage: string, partition: number | null) =>
  partition === null ? stage : `${stage}, partition ${partition}`;

export function pausing({ stage }: Stage, partition: number | null, reason: string): Change<Stage> {
  return {
    call: pause(stage, partition, reason),
    done: `Paused ${placeOf(stage, partition)}`,
    undo: () => [resume(stage, partition)],
  };
}

/** A stage goes on with all of its partitions, so taking that back may be several pauses. */
export function resuming(stage: Stage, partition: number | null): Change<Stage> {
  const before = stage.partitions.filter(
    (each) => each.paused && (partition === null || each.partition === partition),
  );
  const again: Call[] = before.map((each) =>
    pause(stage.stage, each.partition, each.paused?.reason ?? ""),
  );
  if (stage.paused && partition === null) again.push(pause(stage.stage, null, stage.paused.reason));
  return {
    call: resume(stage.stage, partition),
    done: `Resumed ${placeOf(stage.stage, partition)}`,
    undo: () => again,
  };
}
