/**
 * Instants are UTC and shown in the person's zone; a day is a date (`2026-03-02`) that begins at the
 * person's own day start. How long a day is, the server says: it may be 23, 24.5 or 25 hours.
 */
import type { Me } from "../api/schema";

const DAY_MS = 86_400_000;

/** "2 h 05 min", "42 min", "8 s". */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (Math.abs(seconds) < 60) return `${Math.round(seconds)} s`;
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** "1:02:05", of what runs. */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  const rest = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return `${Math.floor(whole / 3600)}:${rest}`;
}

/** "2 s ago", "3 min ago", "5 h ago", "12 days ago". */
export function ago(instant: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(instant)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}

/** "11:04", in the zone. */
export function clock(instant: string | number, zone: string): string {
  return formatter(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
    new Date(instant),
  );
}

/** "Mon 2 Mar, 11:04", in the zone. */
export function dayAndClock(instant: string | number, zone: string): string {
  const date = localDate(instant, zone);
  return `${shortDay(date)}, ${clock(instant, zone)}`;
}

/** The date on the wall at an instant, without regard to the day start. */
export function localDate(instant: string | number, zone: string): string {
  return formatter(zone, { dateStyle: "short" }, "sv-SE").format(new Date(instant));
}

/** The person's day at an instant. */
export function dayAt(instant: number, me: Pick<Me, "time_zone" | "day_start">): string {
  // By the wall clock: in the night that changes it, hours before an instant are not hours on it.
  const date = localDate(instant, me.time_zone);
  return clock(instant, me.time_zone) < me.day_start.slice(0, 5) ? addDays(date, -1) : date;
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const FIRST_DAY = "1970-01-01";
const LAST_DAY = "2199-12-31";

/** Whether it is a day that the server knows. */
export function isDay(date: string): boolean {
  const isDate = DATE.test(date) && !Number.isNaN(Date.parse(date));
  // 31 February is read as 3 March.
  return isDate && date >= FIRST_DAY && date <= LAST_DAY && addDays(date, 0) === date;
}

/** All dates from one to the other, both included. */
export function datesBetween(from: string, to: string): string[] {
  const dates = [];
  for (let date = from; date <= to; date = addDays(date, 1)) dates.push(date);
  return dates;
}

/** The Monday of a date's week. */
export function weekOf(date: string): string {
  const weekday = new Date(`${date}T00:00Z`).getUTCDay();
  return addDays(date, -((weekday + 6) % 7));
}

/** "Monday, 2 March 2026". */
export const longDay = (date: string) => format(date, { dateStyle: "full" });

/** "Mon 2 Mar". */
export const shortDay = (date: string) =>
  format(date, { weekday: "short", day: "numeric", month: "short" }).replace(",", "");

/** "Mon". */
export const weekdayOf = (date: string) => format(date, { weekday: "short" });

function format(date: string, options: Intl.DateTimeFormatOptions): string {
  return formatter("UTC", options).format(new Date(`${date}T12:00Z`));
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than using it a hundred times. */
function formatter(zone: string, options: Intl.DateTimeFormatOptions, locale = "en-GB") {
  const key = `${locale} ${zone} ${JSON.stringify(options)}`;
  let made = formatters.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
    formatters.set(key, made);
  }
  return made;
}
