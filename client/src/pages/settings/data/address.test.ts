import { expect, test } from "vitest";
import { followed } from "./address";

const ID = "019aa0b4-6c00-7a3b-9c51-5e1f0f6d2a10";

test("an address says which erasure, and with which secret", () => {
  expect(followed(`#${ID}.a-b_c`)).toEqual({ id: ID, secret: "a-b_c" });
});

test.each(["", "#", `#${ID}`, `#${ID}.`, "#x.y"])("%s says nothing", (hash) => {
  expect(followed(hash)).toBeNull();
});
