import { describe, expect, test } from "vitest";
import {
  addDays,
  ago,
  clock,
  datesBetween,
  dayAt,
  duration,
  isDay,
  stopwatch,
  weekOf,
} from "./time";

describe("durations", () => {
  test.each([
    [0, "0 s"],
    [59.4, "59 s"],
    [480, "8 min"],
    [3600, "1 h 00 min"],
    [7530, "2 h 06 min"],
    [90_000, "25 h 00 min"],
  ])("%d s are %s", (seconds, words) => expect(duration(seconds)).toBe(words));

  test("a stopwatch never goes backwards from nothing", () => {
    expect(stopwatch(-3)).toBe("0:00:00");
    expect(stopwatch(3725.9)).toBe("1:02:05");
  });

  test("ago counts from what is given, and never from the future", () => {
    const now = Date.parse("2026-03-02T09:00:00Z");
    expect(ago("2026-03-02T08:59:58Z", now)).toBe("2 s ago");
    expect(ago("2026-03-02T09:00:10Z", now)).toBe("0 s ago");
    expect(ago("2026-02-20T09:00:00Z", now)).toBe("10 days ago");
  });
});

describe("days", () => {
  test("a day begins at the person's day start, in the person's zone", () => {
    const me = { time_zone: "Europe/Berlin", day_start: "04:00" };
    expect(dayAt(Date.parse("2026-03-02T02:30:00Z"), me)).toBe("2026-03-01");
    expect(dayAt(Date.parse("2026-03-02T03:30:00Z"), me)).toBe("2026-03-02");
  });

  test("dates are counted without regard to how long days are", () => {
    expect(addDays("2026-03-28", 2)).toBe("2026-03-30");
    expect(datesBetween("2026-02-27", "2026-03-01")).toHaveLength(3);
    expect(weekOf("2026-03-01")).toBe("2026-02-23");
  });

  test.each([
    ["2028-02-29", true],
    ["2026-02-31", false],
    ["2026-02-foo", false],
    ["1969-12-31", false],
    ["2200-01-01", false],
  ])("%s is a day: %s", (date, is) => expect(isDay(date)).toBe(is));

  test("a clock shows the wall of its zone", () => {
    expect(clock("2026-03-02T09:04:00Z", "Asia/Kolkata")).toBe("14:34");
    expect(clock("2026-03-02T00:00:00Z", "UTC")).toBe("00:00");
  });
});
