import { describe, expect, test } from "vitest";
import { patchOf, readPatch, textOf } from "./patch";

describe("a patch is derived from an event that was edited", () => {
  test("the same is no operation, whatever the order of names", () => {
    expect(patchOf({ a: 1, b: [{ c: null, d: 2 }] }, { b: [{ d: 2, c: null }], a: 1 })).toEqual([]);
  });

  test("names are removed, added, replaced", () => {
    const before = { time: "noon", colour: "red", data: { app: "x", deep: { a: 1 } } };
    const after = { time: 5, data: { app: "x", deep: { a: null } }, category: "work" };
    expect(patchOf(before, after)).toEqual([
      { op: "remove", path: "/colour" },
      { op: "replace", path: "/time", value: 5 },
      { op: "replace", path: "/data/deep/a", value: null },
      { op: "add", path: "/category", value: "work" },
    ]);
  });

  test("names are escaped as pointers want it", () => {
    expect(patchOf({ "a/b~c": 1 }, {})).toEqual([{ op: "remove", path: "/a~1b~0c" }]);
    expect(patchOf({}, { "": 1 })).toEqual([{ op: "add", path: "/", value: 1 }]);
  });

  test("lists and what is of another kind are replaced as a whole", () => {
    expect(patchOf({ a: [1, 2] }, { a: [1] })).toEqual([{ op: "replace", path: "/a", value: [1] }]);
    expect(patchOf({ a: {} }, { a: [] })).toEqual([{ op: "replace", path: "/a", value: [] }]);
    expect(patchOf("{broken", { a: 1 })).toEqual([{ op: "replace", path: "", value: { a: 1 } }]);
    expect(patchOf({ a: 1 }, [])).toEqual([{ op: "replace", path: "", value: [] }]);
  });

  test("names of JavaScript's own are names like any other", () => {
    const after = JSON.parse('{"__proto__": 1, "constructor": 2}');
    expect(patchOf({}, after)).toHaveLength(2);
    expect(patchOf(after, after)).toEqual([]);
  });

  test("beyond a hundred operations the event is replaced", () => {
    const after = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`n${n}`, n]));
    expect(patchOf({}, after)).toEqual([{ op: "replace", path: "", value: after }]);
  });
});

describe("a patch is read from text", () => {
  test("nothing is no change", () => expect(readPatch(" \n").value).toEqual([]));

  test.each(["{", "{}", "[1]", '[{"op": "remove"}]', "null"])("%s is told", (text) =>
    expect(readPatch(text).wrong).toBeTruthy(),
  );

  test("what is shown of a patch reads as the patch", () => {
    const patch = patchOf({ a: 1, b: 2 }, { a: 2 });
    expect(textOf(patch).split("\n")).toHaveLength(4);
    expect(readPatch(textOf(patch)).value).toEqual(patch);
  });

  test("operations are taken as they are", () => {
    expect(readPatch('[{"op": "remove", "path": "/colour"}]').value).toEqual([
      { op: "remove", path: "/colour" },
    ]);
  });
});
