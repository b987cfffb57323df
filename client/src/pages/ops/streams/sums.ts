/** Where groups stand, over all partitions of a topic. */
import type { WebStreamsStanding as Standing } from "../../../api/schema";
import { grouped } from "../grouped";

export type Sum = Pick<
  Standing,
  "lag_entries" | "lag_events" | "oldest_age_s" | "rate_events_s" | "drain_s"
> & { topic: string; group: string; partitions: Standing[] };

/** Once per topic and group, in the order in which they come. What one partition does not know, the sum does not. */
export function sumsOf(standings: Standing[]): Sum[] {
  const groups = grouped(standings, ({ topic, group }) => `${topic} ${group}`);
  return [...groups.values()].map((partitions) => {
    const [{ topic, group }] = partitions as [Standing];
    const over = (name: keyof Sum & keyof Standing, fold: (values: number[]) => number) =>
      folded(
        partitions.map((each) => each[name] as number | null),
        fold,
      );
    return {
      topic,
      group,
      partitions,
      lag_entries: over("lag_entries", added),
      lag_events: over("lag_events", added),
      oldest_age_s: over("oldest_age_s", largest),
      rate_events_s: over("rate_events_s", added),
      // The partition that takes longest is the one that all wait for.
      drain_s: over("drain_s", largest),
    };
  });
}

function folded(values: (number | null)[], fold: (values: number[]) => number): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? fold(known) : null;
}

const added = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
const largest = (values: number[]) => Math.max(0, ...values);
