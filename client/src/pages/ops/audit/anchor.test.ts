import { expect, test } from "vitest";
import { anchorOf } from "./anchor";

const HASH = "0f".repeat(32);

test("an anchor is a number and a hash, or nothing", () => {
  expect(anchorOf(" ")).toEqual({});
  expect(anchorOf(` 12:${HASH}\n`)).toEqual({ number: 12, hash: HASH });
});

test.each(["12", `12:${HASH}0`, `x:${HASH}`, "12:", `-1:${HASH}`])("%s is neither", (text) =>
  expect(anchorOf(text)).toBeNull(),
);
