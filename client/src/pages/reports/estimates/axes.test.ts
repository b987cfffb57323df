import { expect, test } from "vitest";
import { boundsOf } from "./axes";

test("all points are between the bounds, which are ticks", () => {
  const { low, high, ticks } = boundsOf([
    { estimate_s: 1800, actual_s: 70 },
    { estimate_s: 7200, actual_s: 9000 },
  ]);
  expect([low, high]).toEqual([60, 14_400]);
  expect(ticks[0]).toBe(60);
  expect(ticks.at(-1)).toBe(14_400);
});

test("one task, a task of no time and a task of years have axes", () => {
  expect(boundsOf([{ estimate_s: 3600, actual_s: 3600 }])).toMatchObject({ low: 3600, high: 7200 });
  expect(boundsOf([{ estimate_s: 3600, actual_s: 0 }]).low).toBe(3600);
  expect(boundsOf([{ estimate_s: 0.5, actual_s: 4e9 }])).toMatchObject({ low: 0.5, high: 4e9 });
});
