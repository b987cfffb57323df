import { expect, test } from "vitest";
import { datesBetween } from "../../shared/time";
import { bucketsOf, largest, total } from "./buckets";

test("a year is at most 53 weeks that hold all of it, cut at its ends", () => {
  const days = datesBetween("2026-01-01", "2026-12-31").map((date) => ({
    date,
    sums: { work: 60, [date]: 1 },
  }));
  const weeks = bucketsOf(days, true);
  expect(weeks).toHaveLength(53);
  expect(weeks[0]).toMatchObject({ from: "2026-01-01", to: "2026-01-04" });
  expect(weeks[0]?.sums.get("work")).toBe(240);
  expect(weeks.at(-1)).toMatchObject({ from: "2026-12-28", to: "2026-12-31" });
  expect(weeks.reduce((sum, week) => sum + total(week.sums), 0)).toBe(365 * 61);
});

test("days stay what they are", () => {
  const [day] = bucketsOf([{ date: "2026-03-01", sums: { work: 1 } }], false);
  expect(day).toEqual({ from: "2026-03-01", to: "2026-03-01", sums: new Map([["work", 1]]) });
});

test("the largest keys come first, and nothing is no series", () => {
  const buckets = bucketsOf([{ date: "2026-03-01", sums: { a: 1, b: 5, c: 3, none: 0 } }], false);
  expect(largest(buckets, 1)).toEqual({ keys: ["b"], hasMore: true });
  expect(largest(buckets, 2)).toEqual({ keys: ["b", "c", "a"], hasMore: false });
  expect(largest([], 2)).toEqual({ keys: [], hasMore: false });
});

test("keys that objects have by themselves are keys like others", () => {
  const sums = JSON.parse('{"constructor": 2, "__proto__": 3}');
  const days = [
    { date: "2026-03-02", sums },
    { date: "2026-03-03", sums },
  ];
  const buckets = bucketsOf(days, true);
  expect(largest(buckets, 3).keys).toEqual(["__proto__", "constructor"]);
  expect(buckets.map(({ sums }) => total(sums))).toEqual([10]);
});
