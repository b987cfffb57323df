import { expect, test } from "vitest";
import type { FollowedGoal } from "../../../api/schema";
import { amount, targetOf, typedTarget, wordsOf } from "./goals";

const GOAL = {
  op: "at_least",
  metric: "tracked_s",
  target: 14_400,
  period: "day",
  category: null,
  project: null,
  project_id: "7",
  weekdays: [1, 2, 5],
} as FollowedGoal;

test("a goal is said in words", () => {
  expect(wordsOf(GOAL, () => "Website")).toBe(
    "At least 4 h 00 min tracked time a day of Website, Mon Tue Fri",
  );
  const tasks = { ...GOAL, metric: "tasks_done", target: 1, project_id: null };
  expect(wordsOf({ ...tasks, weekdays: [1, 2, 3, 4, 5, 6, 7] }, () => "")).toBe(
    "At least 1 task a day",
  );
});

test("time is typed in hours and tasks as they are", () => {
  expect(typedTarget("focus_s", targetOf("focus_s", 1.5))).toBe(1.5);
  expect(targetOf("focus_s", 1.5)).toBe(5400);
  expect(targetOf("tasks_done", 3)).toBe(3);
  expect(amount("tasks_done", 2)).toBe("2 tasks");
});
