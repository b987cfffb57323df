import type { FollowedGoal, NewGoal } from "../../../api/schema";
import { duration } from "../../../shared/time";

export const METRICS = {
  active_s: "Active time",
  focus_s: "Focused time",
  tracked_s: "Tracked time",
  tasks_done: "Tasks done",
} satisfies Record<NewGoal["metric"], string>;

export const PERIODS = { day: "a day", week: "a week", month: "a month" } satisfies Record<
  NonNullable<NewGoal["period"]>,
  string
>;

export const OPS = { at_least: "At least", at_most: "At most" } satisfies Record<
  NonNullable<NewGoal["op"]>,
  string
>;

/** Of a week, by the numbers that the API has for them. */
export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const HOUR_S = 3600;

export const isTime = (metric: string) => metric !== "tasks_done";

/** "3 h 00 min" or "5 tasks". */
export function amount(metric: string, value: number): string {
  if (isTime(metric)) return duration(value);
  return value === 1 ? "1 task" : `${value} tasks`;
}

/** Targets are typed in hours, or in tasks. */
export const typedTarget = (metric: string, target: number) =>
  isTime(metric) ? target / HOUR_S : target;
export const targetOf = (metric: string, typed: number) =>
  isTime(metric) ? Math.round(typed * HOUR_S) : typed;

/** "At least 4 h 00 min active time a day, Mon Tue Wed". */
export function wordsOf(goal: FollowedGoal, named: (id: string | null) => string): string {
  const scope = goal.category ?? goal.project ?? named(goal.project_id);
  const days = goal.weekdays.length < 7 ? goal.weekdays.map((day) => WEEKDAYS[day - 1]) : [];
  const what = isTime(goal.metric) ? ` ${nameOf(METRICS, goal.metric).toLowerCase()}` : "";
  return [
    nameOf(OPS, goal.op),
    ` ${amount(goal.metric, goal.target)}${what} ${nameOf(PERIODS, goal.period)}`,
    scope && ` of ${scope}`,
    days.length > 0 && `, ${days.join(" ")}`,
  ]
    .filter(Boolean)
    .join("");
}

const nameOf = (names: Record<string, string>, name: string) => names[name] ?? name;
