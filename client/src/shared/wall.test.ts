import { expect, test } from "vitest";
import { instantOf, wallOf } from "./wall";

test.each([
  ["2026-03-02T09:04", "Europe/Berlin", "2026-03-02T08:04:00.000Z"],
  ["2026-07-02T09:04", "Europe/Berlin", "2026-07-02T07:04:00.000Z"],
  ["2026-07-02T09:04", "Asia/Kolkata", "2026-07-02T03:34:00.000Z"],
  ["2026-03-02T09:04", "UTC", "2026-03-02T09:04:00.000Z"],
  ["2026-03-02T09:04", "Asia/Kolkata", "2026-03-02T03:34:00.000Z"],
  ["2026-03-29T03:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  ["2026-03-29T01:30", "Europe/Berlin", "2026-03-29T00:30:00.000Z"],
  ["2026-10-25T04:00", "Europe/Berlin", "2026-10-25T03:00:00.000Z"],
  ["2026-07-02T00:00", "Pacific/Kiritimati", "2026-07-01T10:00:00.000Z"],
])("%s in %s is %s", (wall, zone, instant) => {
  expect(instantOf(wall, zone)).toBe(instant);
  expect(wallOf(instant, zone)).toBe(wall);
});

test("an hour that comes twice is the first, one that is left out is an hour on", () => {
  expect(instantOf("2026-10-25T02:30", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
  expect(instantOf("2026-03-29T02:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
});

test("what is no time is left for the server to refuse", () => {
  expect(instantOf("", "UTC")).toBe("");
});
