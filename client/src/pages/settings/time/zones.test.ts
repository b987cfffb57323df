import { expect, test } from "vitest";
import { inForce, midnightIn, offsetOf, zoneNames, zonesAgain } from "./zones";

const BERLIN = { time_zone: "Europe/Berlin", valid_from: null };
const KOLKATA = { time_zone: "Asia/Kolkata", valid_from: "2026-03-01T00:00:00Z" };

test("taking a zone back sets the one that held, which forgets the new one", () => {
  const calls = zonesAgain([BERLIN, KOLKATA], Date.parse("2026-04-01T00:00:00Z"));
  expect(calls.map(({ body }) => body)).toEqual([
    { time_zone: "Asia/Kolkata", time_zone_from: "2026-03-01T00:00:00Z" },
  ]);
});

test("zones that a backdated one made forgotten come back", () => {
  const calls = zonesAgain([BERLIN, KOLKATA], Date.parse("2026-02-01T00:00:00Z"));
  expect(calls.map(({ body }) => body)).toEqual([
    { time_zone: "Europe/Berlin", time_zone_from: "1970-01-01T00:00:00Z" },
    { time_zone: "Asia/Kolkata", time_zone_from: "2026-03-01T00:00:00Z" },
  ]);
});

test("a zone that was set twice is shown once", () => {
  const again = { time_zone: "Europe/Berlin", valid_from: "1970-01-01T00:00:00Z" };
  expect(inForce([BERLIN, again, KOLKATA])).toEqual([BERLIN, KOLKATA]);
});

test("a zone that the browser does not know can stay", () => {
  expect(zoneNames("Mars/Olympus")).toContain("Mars/Olympus");
  expect(offsetOf("Mars/Olympus", 0)).toBe("This browser does not know this zone");
});

test.each([
  ["Asia/Kolkata", "2026-03-01", "2026-02-28T18:30:00.000Z"],
  ["America/New_York", "2026-03-08", "2026-03-08T05:00:00.000Z"],
  ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z"],
])("in %s %s begins at %s", (zone, date, instant) => {
  expect(new Date(midnightIn(zone, date)).toISOString()).toBe(instant);
});
