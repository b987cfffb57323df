/** Days that are looked at, both included: what the URL holds, and what can be chosen at a click. */
import { addDays, isDay, weekOf } from "../../shared/time";

export type Range = { from: string; to: string };

/** What the server answers at once (`MAX_RANGE_DAYS`). */
export const MOST_DAYS = 400;
/** Longer ranges are shown by weeks: so many bars can be told apart. */
const MOST_BARS = 100;
const DAY_MS = 86_400_000;

export type Preset = Range & { name: string; label: string };

/** `last-28` is what is shown when the URL says nothing. */
export function presetsAt(today: string): Preset[] {
  const last = (days: number) => ({
    name: `last-${days}`,
    label: `Last ${days} days`,
    from: addDays(today, 1 - days),
    to: today,
  });
  return [
    { name: "week", label: "This week", from: weekOf(today), to: today },
    last(7),
    last(28),
    last(90),
    { name: "month", label: "This month", from: `${today.slice(0, 7)}-01`, to: today },
    { name: "year", label: "This year", from: `${today.slice(0, 4)}-01-01`, to: today },
  ];
}

export const defaultAt = (today: string): Range => ({ from: addDays(today, -27), to: today });

/** Why it cannot be shown, in words; null: it can. */
export function wrongWith({ from, to }: Range): string | null {
  if (!isDay(from) || !isDay(to)) return "Both ends must be days from 1970 on.";
  if (from > to) return "The first day is after the last.";
  if (daysIn({ from, to }) > MOST_DAYS) return `At most ${MOST_DAYS} days are shown at once.`;
  return null;
}

export const daysIn = ({ from, to }: Range): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;

/** As many days just before. */
export function beforeOf(range: Range): Range {
  const days = daysIn(range);
  return { from: addDays(range.from, -days), to: addDays(range.to, -days) };
}

export const isByWeek = (range: Range): boolean => daysIn(range) > MOST_BARS;
