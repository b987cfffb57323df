import { expect, test } from "vitest";
import { instantOf, wallAt } from "./instants";

test.each([
  ["2026-03-02T09:04", "UTC", "2026-03-02T09:04:00.000Z"],
  ["2026-03-02T09:04", "Asia/Kolkata", "2026-03-02T03:34:00.000Z"],
  ["2026-03-29T03:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  ["2026-03-29T01:30", "Europe/Berlin", "2026-03-29T00:30:00.000Z"],
  ["2026-10-25T04:00", "Europe/Berlin", "2026-10-25T03:00:00.000Z"],
])("%s in %s is %s, and back", (wall, zone, instant) => {
  expect(instantOf(wall, zone)).toBe(instant);
  expect(wallAt(instant, zone)).toBe(wall);
});
