/** How near estimates were, in numbers and in words. */
import type { Accuracy, EstimatedTask, Estimates } from "../../../api/schema";
import type { Projects } from "../../../shared/colors";
import { type Cell, hours } from "../csv";
import type { Total } from "../Totals";

export const percent = (share: number | null): string =>
  share === null ? "" : `${Math.round(share * 100)} %`;

const HOW = {
  tasks: "Tasks done on these days that have an estimate and tracked time.",
  ratio:
    "The median of actual / estimate: half of the tasks took more than that many times their estimate, half took less. 1 is exact.",
  quarter: "The share of tasks whose estimate was within 25 % of what they took.",
  error:
    "How many times too long or too short the estimate of a usual task was: e to the mean of |ln(actual / estimate)|.",
};

const BELOW = " It was computed of the tasks that are listed on this page.";

export function accuracyTotals({ overall }: Estimates, before: Estimates | undefined): Total[] {
  const then = before?.overall;
  const times = (value: number) => `× ${value.toFixed(2)}`;
  const exp = (value: number | null | undefined) =>
    value === null || value === undefined ? (value ?? null) : Math.exp(value);
  return [
    {
      name: "Tasks",
      now: overall.tasks,
      before: then?.tasks,
      words: String,
      behind: { how: HOW.tasks + BELOW },
    },
    {
      name: "Median of actual / estimate",
      now: overall.median_ratio,
      before: then?.median_ratio,
      words: times,
      behind: { how: HOW.ratio + BELOW },
    },
    {
      name: "Within a quarter",
      now: overall.within_quarter,
      before: then?.within_quarter,
      words: percent,
      behind: { how: HOW.quarter + BELOW },
    },
    {
      name: "Usual error",
      now: exp(overall.error),
      before: exp(then?.error),
      words: times,
      behind: { how: HOW.error + BELOW },
    },
  ];
}

/** "Half of your 58 tasks took 17 % longer than estimated, or more. 59 % of estimates …". */
export function inWords({ tasks, median_ratio, within_quarter }: Accuracy): string {
  if (median_ratio === null) return "";
  const off = Math.round(Math.abs(median_ratio - 1) * 100);
  const task = tasks === 1 ? "The one task took" : `Half of the ${tasks} tasks took`;
  const rest = tasks === 1 ? "" : ", or more";
  const usual =
    off === 0
      ? `${task} what was estimated${rest}.`
      : median_ratio > 1
        ? `${task} ${off} % longer than estimated${rest}.`
        : `${task} ${off} % less than estimated${tasks === 1 ? "" : ", or less"}.`;
  return `${usual} ${percent(within_quarter)} of the estimates were within a quarter of what it took.`;
}

export const estimatesCsv = (items: EstimatedTask[], projects: Projects): Cell[][] => [
  ["Task", "Project", "Done", "Estimate", "Actual", "Actual / estimate"],
  ...items.map((each) => [
    each.title,
    projects.named(each.project_id),
    each.done_at,
    hours(each.estimate_s),
    hours(each.actual_s),
    Math.round(each.ratio * 1000) / 1000,
  ]),
];
