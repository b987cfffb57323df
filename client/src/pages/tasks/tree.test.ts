import { expect, test } from "vitest";
import type { Task } from "../../api/schema";
import { rowsOf } from "./tree";

const task = (id: string, parent_id: string | null = null) => ({ id, parent_id }) as Task;
const shown = (tasks: Task[]) => rowsOf(tasks).map(({ task, depth }) => `${depth}${task.id}`);

test("subtasks stand below their task, in the order given", () => {
  const tasks = [task("b1", "b"), task("a"), task("b"), task("b2", "b"), task("b11", "b1")];
  expect(shown(tasks)).toEqual(["0a", "0b", "1b1", "2b11", "1b2"]);
});

test("a subtask whose task is not shown stands alone", () => {
  expect(shown([task("x", "elsewhere"), task("y")])).toEqual(["0x", "0y"]);
});

test("a chain of thousands is no deep recursion", () => {
  const chain = Array.from({ length: 5000 }, (_, n) => task(`${n}`, n ? `${n - 1}` : null));
  expect(rowsOf(chain)).toHaveLength(5000);
  expect(rowsOf(chain).at(-1)?.depth).toBe(4999);
});
