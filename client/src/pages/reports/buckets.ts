/** Days put together for a chart: what each bar holds, and which series are worth a colour. */
import { weekOf } from "../../shared/time";

/** By keys that people chose: no objects, which have keys of their own. */
export type Sums = Map<string, number>;
/** What a bar stands for: a day, or the days of a week that are in the range. */
export type Bucket = { from: string; to: string; sums: Sums };

export function bucketsOf(
  days: { date: string; sums: Record<string, number> }[],
  byWeek: boolean,
): Bucket[] {
  const buckets = new Map<string, Bucket>();
  for (const { date, sums } of days) {
    const key = byWeek ? weekOf(date) : date;
    const bucket = buckets.get(key) ?? { from: date, to: date, sums: new Map() };
    bucket.to = date;
    addTo(bucket.sums, Object.entries(sums));
    buckets.set(key, bucket);
  }
  return [...buckets.values()];
}

/** The keys that hold most, the largest first; and whether there are more. */
export function largest(buckets: Bucket[], most: number): { keys: string[]; hasMore: boolean } {
  const totals: Sums = new Map();
  for (const { sums } of buckets) addTo(totals, sums);
  const keys = [...totals]
    .filter(([, value]) => value)
    .sort(([, a], [, b]) => b - a)
    .map(([key]) => key);
  // One key that is left over is a series of its own, not "Others".
  const shown = keys.length === most + 1 ? most + 1 : most;
  return { keys: keys.slice(0, shown), hasMore: keys.length > shown };
}

export const total = (sums: Sums): number =>
  [...sums.values()].reduce((sum, each) => sum + each, 0);

function addTo(sums: Sums, more: Iterable<[string, number]>) {
  for (const [key, value] of more) sums.set(key, (sums.get(key) ?? 0) + value);
}
