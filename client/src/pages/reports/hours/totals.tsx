import { duration } from "../../../shared/time";
import type { Daily, DayTotals } from "../answers";
import { ALL_ENTRIES, DaysBehind } from "../DaysBehind";
import type { Total } from "../Totals";

type Figure = "active_s" | "focus_s" | "tracked_s";

const HOW: Record<Figure, string> = {
  active_s:
    "Wall-clock time with activity on any device. Where several overlap, each instant counts once.",
  focus_s:
    "Time in one category for at least 25 minutes, interrupted for at most two minutes at a time.",
  tracked_s:
    "The sum of the time entries that have ended, cut at the bounds of days. It is never mixed with active time.",
};

const NAMES: [Figure, string][] = [
  ["active_s", "Active"],
  ["focus_s", "Focus"],
  ["tracked_s", "Tracked"],
];

export function totalsOf(daily: Daily, before: Daily | undefined): Total[] {
  return [
    ...NAMES.map(([figure, name]) => ({
      name,
      now: sum(daily.days, figure),
      before: before && sum(before.days, figure),
      words: duration,
      behind: {
        how: HOW[figure],
        derived: daily,
        of: (
          <DaysBehind
            days={daysOf(daily, figure)}
            entries={figure === "tracked_s" ? ALL_ENTRIES : undefined}
          />
        ),
      },
    })),
    {
      name: "Days active",
      now: daily.days.filter(isActive).length,
      before: before?.days.filter(isActive).length,
      words: String,
      behind: {
        how: "Days on which any activity was recorded.",
        derived: daily,
        of: <DaysBehind days={daysOf(daily, "active_s")} />,
      },
    },
  ];
}

const isActive = (day: DayTotals) => day.active_s > 0;
const sum = (days: DayTotals[], figure: Figure) =>
  days.reduce((total, day) => total + day[figure], 0);

const daysOf = (daily: Daily, figure: Figure) =>
  daily.days
    .filter((day) => day[figure] > 0)
    .map((day) => ({ date: day.date, words: duration(day[figure]) }));
