/** What is shown of hours, as rows of files. */
import type { HeatMap } from "../../../api/schema";
import type { Daily, Summary } from "../answers";
import { type Cell, hours } from "../csv";
import { type By, GROUPS, sumsOf } from "./groups";

export function daysCsv(daily: Daily, by: By): Cell[][] {
  const keys =
    by === "entity" ? [] : [...new Set(daily.days.flatMap((day) => Object.keys(sumsOf(day, by))))];
  return [
    ["Date", "Hours long", "Active", "Focus", "Tracked", "Events", ...keys.map(named(by))],
    ...daily.days.map((day) => {
      const sums = new Map(Object.entries(sumsOf(day, by)));
      return [
        day.date,
        hours(day.length_s),
        hours(day.active_s),
        hours(day.focus_s),
        hours(day.tracked_s),
        day.events,
        ...keys.map((key) => hours(sums.get(key) ?? 0)),
      ];
    }),
  ];
}

export function groupsCsv({ groups, before }: Summary, by: By): Cell[][] {
  return [
    [
      GROUPS[by].label,
      "Active",
      "Tracked",
      "Events",
      ...(before ? ["Active before", "Tracked before"] : []),
    ],
    ...groups.map((each) => [
      named(by)(each.key),
      hours(each.active_s),
      hours(each.tracked_s),
      each.events,
      ...(before ? [hours(each.active_before_s ?? 0), hours(each.tracked_before_s ?? 0)] : []),
    ]),
  ];
}

export function weekHoursCsv({ weekdays }: HeatMap): Cell[][] {
  return [
    ["Weekday", "Days", ...Array.from({ length: 24 }, (_, hour) => `${hour}:00`)],
    ...weekdays.map(({ weekday, days, active_s }) => [weekday, days, ...active_s.map(hours)]),
  ];
}

const named = (by: By) => (key: string) => key || GROUPS[by].none;
