/** Where instants stand in a column that is one day long, whatever its length. */
export type Scale = {
  /** Milliseconds since the epoch. */
  start: number;
  end: number;
  pxPerHour: number;
};

export type Span = { start: number; end: number };

const HOUR_MS = 3_600_000;

export const heightOf = (scale: Scale) => ((scale.end - scale.start) / HOUR_MS) * scale.pxPerHour;

/** Pixels from the top; what is outside of the day stands at its bound. */
export function topOf(scale: Scale, instant: number): number {
  const inside = Math.min(Math.max(instant, scale.start), scale.end);
  return ((inside - scale.start) / HOUR_MS) * scale.pxPerHour;
}

/** Milliseconds for so many pixels, in whole steps. */
export function stepsOf(scale: Scale, pixels: number, stepMs: number): number {
  return Math.round(((pixels / scale.pxPerHour) * HOUR_MS) / stepMs) * stepMs;
}

/** `span` moved, or with one end elsewhere; it keeps at least one step. */
export function changed(
  span: Span,
  edge: "both" | "start" | "end",
  byMs: number,
  leastMs: number,
): Span {
  const { start, end } = span;
  if (edge === "both") return { start: start + byMs, end: end + byMs };
  if (edge === "start") return { start: Math.min(start + byMs, end - leastMs), end };
  return { start, end: Math.max(end + byMs, start + leastMs) };
}

/**
 * Which of how many lanes each span gets, so that no two that overlap share one: greedy by start,
 * which needs as few lanes as there are spans at the busiest instant.
 */
export function lanes(spans: Span[]): { lane: number; of: number }[] {
  const order = spans.map((_, index) => index);
  order.sort((a, b) => (spans[a]?.start ?? 0) - (spans[b]?.start ?? 0));
  const placed: { lane: number; of: number }[] = spans.map(() => ({ lane: 0, of: 1 }));
  let group: number[] = [];
  let ends: number[] = [];
  const close = () => {
    for (const index of group) placed[index] = { lane: placed[index]?.lane ?? 0, of: ends.length };
    group = [];
    ends = [];
  };
  for (const index of order) {
    const span = spans[index];
    if (!span) continue;
    if (ends.every((end) => end <= span.start)) close();
    const free = ends.findIndex((end) => end <= span.start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = span.end;
    placed[index] = { lane, of: 1 };
    group.push(index);
  }
  close();
  return placed;
}
