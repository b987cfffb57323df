import { describe, expect, test } from "vitest";
import { beforeOf, daysIn, defaultAt, isByWeek, presetsAt, wrongWith } from "./ranges";

describe("ranges", () => {
  test("presets end today and say as many days as they are called", () => {
    const all = Object.fromEntries(presetsAt("2026-03-04").map((each) => [each.name, each]));
    expect(all.week?.from).toBe("2026-03-02");
    expect(all["last-7"]?.from).toBe("2026-02-26");
    expect(all.month?.from).toBe("2026-03-01");
    expect(all.year?.from).toBe("2026-01-01");
    for (const days of [7, 28, 90]) {
      expect(daysIn(all[`last-${days}`] ?? defaultAt(""))).toBe(days);
    }
    expect(all["last-28"]).toMatchObject(defaultAt("2026-03-04"));
  });

  test("the time before is as long and ends the day before, over changes of the clock, too", () => {
    expect(beforeOf({ from: "2026-03-28", to: "2026-03-30" })).toEqual({
      from: "2026-03-25",
      to: "2026-03-27",
    });
    expect(beforeOf({ from: "2024-03-01", to: "2024-03-01" }).from).toBe("2024-02-29");
  });

  test.each([
    ["2026-03-02", "2026-03-01", /after the last/],
    ["2026-02-31", "2026-03-01", /must be days/],
    ["0202-01-01", "2026-03-01", /must be days/],
    ["", "2026-03-01", /must be days/],
    ["2025-01-01", "2026-03-01", /400 days/],
  ])("%s to %s is none, and says why", (from, to, why) => {
    expect(wrongWith({ from, to })).toMatch(why);
  });

  test("a day is a range, and a year is shown by weeks", () => {
    expect(wrongWith({ from: "2026-03-01", to: "2026-03-01" })).toBeNull();
    expect(isByWeek({ from: "2026-01-01", to: "2026-04-10" })).toBe(false);
    expect(isByWeek({ from: "2026-01-01", to: "2026-12-31" })).toBe(true);
  });
});
