import { expect, test } from "vitest";
import { csvOf, hours } from "./csv";

test("rows end as RFC 4180 says, and what is special is quoted", () => {
  expect(csvOf([["a", 'say "hi"', "x,y", "two\nlines", null, 1.5]])).toBe(
    'a,"say ""hi""","x,y","two\nlines",,1.5\r\n',
  );
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1"])("%j is no formula", (text) => {
  expect(csvOf([[text]]).replace(/^"/, "")).toMatch(/^'/);
});

test("numbers stay numbers, below nothing, too", () => {
  expect(csvOf([[-3, 0]])).toBe("-3,0\r\n");
});

test("letters of all scripts stay", () => {
  expect(csvOf([["مشروع", "🦊"]])).toBe("مشروع,🦊\r\n");
});

test("hours are decimal", () => expect(hours(5400.4)).toBe(1.5));
