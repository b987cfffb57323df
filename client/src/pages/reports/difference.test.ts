import { expect, test } from "vitest";
import { differenceOf } from "./Difference";

test.each([
  [7200, 3600, "+1 h 00 min (+100 %)"],
  [3600, 7200, "−1 h 00 min (−50 %)"],
  [3600, 0, "+1 h 00 min (before: nothing)"],
  [3600, 3600.2, "as before"],
  [0, 0, "as before"],
  [3600, null, "before: not known"],
  [null, 3600, "before: not known"],
])("%j after %j is %s", (now, before, words) => expect(differenceOf(now, before)).toBe(words));
