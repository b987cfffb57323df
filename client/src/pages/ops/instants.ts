/** Between instants and what a field for a date and a time shows: the wall of the person's zone. */
import { clock, localDate } from "../../shared/time";

const MINUTE_MS = 60_000;

/** "2026-03-02T09:04". */
export const wallAt = (instant: string | number, zone: string) =>
  `${localDate(instant, zone)}T${clock(instant, zone)}`;

/** The instant of a wall's time; of one that a change of the clocks skips, a near one. */
export function instantOf(wall: string, zone: string): string {
  const asUtc = Date.parse(`${wall}Z`);
  // Guessed with the offset of the guess before; the second is right on either side of a change.
  let instant = asUtc;
  for (let guess = 0; guess < 2; guess += 1) instant = asUtc - offsetAt(instant, zone);
  return new Date(instant).toISOString();
}

function offsetAt(instant: number, zone: string): number {
  const minute = Math.floor(instant / MINUTE_MS) * MINUTE_MS;
  return Date.parse(`${wallAt(instant, zone)}Z`) - minute;
}
