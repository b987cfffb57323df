import { expect, test } from "vitest";
import { bytes, count, counts, rate, seconds, things } from "./words";

test("what is not known is said, and is no zero", () => {
  for (const words of [bytes, count, rate, seconds]) expect(words(null)).toBe("unknown");
  expect([bytes(0), count(0), rate(0), seconds(0)]).toEqual(["0 B", "0", "0 /s", "0 s"]);
});

test.each([
  [999, "999 B"],
  [1000, "1 kB"],
  [999_600, "1 MB"],
  [7_614_220, "7.6 MB"],
  [67_108_864, "67 MB"],
  [9e15, "9,000 TB"],
])("%d bytes are %s", (value, words) => expect(bytes(value)).toBe(words));

test("days are said where hours say little", () => {
  expect(seconds(604_800)).toBe("7 days");
  expect(seconds(7200)).toBe("2 h 00 min");
});

test("what there is none of is not counted out", () => {
  expect(counts({ applied: 1200, failed_again: 1, waiting: 0 })).toBe(
    "1,200 applied, 1 failed again",
  );
  expect(things(1, "process", "processes")).toBe("1 process");
  expect(things(0, "letter")).toBe("0 letters");
});
