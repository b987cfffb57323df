import { describe, expect, test } from "vitest";
import { inWords } from "./accuracy";

describe("accuracy in words", () => {
  const of = (tasks: number, median_ratio: number | null, within_quarter: number | null) =>
    inWords({ tasks, median_ratio, within_quarter, bias: 0, error: 0 });

  test("says what half of the tasks took", () => {
    expect(of(58, 1.174, 0.586)).toBe(
      "Half of the 58 tasks took 17 % longer than estimated, or more. 59 % of the estimates were within a quarter of what it took.",
    );
    expect(of(3, 0.5, 0)).toMatch(/took 50 % less than estimated, or less\. 0 %/);
    expect(of(3, 1.001, 1)).toMatch(/took what was estimated/);
  });

  test("one task is no half", () => expect(of(1, 2, 0)).toMatch(/^The one task took 100 % longer/));

  test("nothing is nothing", () => expect(of(0, null, null)).toBe(""));
});
