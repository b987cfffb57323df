/** Logarithmic axes of durations that people have words for. */
const TICKS = [
  1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 259_200, 864_000, 2_592_000,
  7_776_000, 31_536_000, 315_360_000,
];

/** The same for both axes, so that the diagonal is what was exact. */
export function boundsOf(items: { estimate_s: number; actual_s: number }[]) {
  const values = items
    .flatMap(({ estimate_s, actual_s }) => [estimate_s, actual_s])
    .filter((value) => value > 0);
  const least = Math.min(...values, 3600);
  const most = Math.max(...values, 900);
  const low = TICKS.findLast((tick) => tick <= least) ?? least;
  const high = TICKS.find((tick) => tick > most) ?? most;
  return { low, high, ticks: TICKS.filter((tick) => tick >= low && tick <= high) };
}
