import { expect, test } from "vitest";
import { wordsOf } from "./request";

test.each([
  [{ ids: ["a", "b"], dry_run: false }, "2 chosen letters"],
  [
    { filter: { state: "open", q: null }, expected_count: 3 },
    "letters: state open; expected count 3",
  ],
  [{ filter: {}, edit: [{ op: "remove", path: "/x" }] }, "letters: all; edited"],
  [{ all: true, write: false }, "all; only looks what differs"],
  [{}, "everything"],
])("%j is said", (request, words) => expect(wordsOf(request)).toBe(words));
