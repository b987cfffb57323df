import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import type { KeyboardEvent } from "react";
import type { HeatMap as Answer, TimelineInterval } from "../../../api/schema";
import { Scrolled } from "../../../shared/Scrolled";
import { clock, duration, weekdayOf } from "../../../shared/time";
import type { Daily } from "../answers";
import { DaysBehind } from "../DaysBehind";
import { useEvidence } from "../Evidence";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** A Monday. */
const MONDAY = Date.parse("2026-03-02T12:00Z");
const DAY_MS = 86_400_000;

export const weekdayName = (weekday: number): string =>
  weekdayOf(new Date(MONDAY + (weekday - 1) * DAY_MS).toISOString().slice(0, 10));

/** Weekdays by hours: how much of each is used. One stop of the keyboard; arrows go about in it. */
export function HeatMap({ map, daily }: { map: Answer; daily: Daily }) {
  const open = useEvidence();
  const most = Math.max(...map.weekdays.flatMap(usualOf), 1);
  return (
    <Scrolled label="Hours of the week">
      <table className="heat-map" onKeyDown={goAbout}>
        <thead>
          <tr>
            <th scope="col" style={{ width: 44 }}>
              <VisuallyHidden>Day</VisuallyHidden>
            </th>
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {map.weekdays.map(({ weekday, days, active_s }) => (
            <tr key={weekday}>
              <th scope="row">{weekdayName(weekday)}</th>
              {active_s.map((seconds, hour) => {
                const usual = seconds / Math.max(days, 1);
                const name = `${weekdayName(weekday)} ${hour}:00: ${duration(usual)}`;
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: an hour is its place
                  <td key={hour}>
                    <UnstyledButton
                      aria-label={name}
                      title={name}
                      tabIndex={weekday === 1 && hour === 0 ? 0 : -1}
                      style={{ "--heat": `${Math.round((usual / most) * 100)}%` }}
                      onClick={() =>
                        open({
                          title: `${weekdayName(weekday)}, ${hour}:00 to ${hour + 1}:00`,
                          value: duration(usual),
                          how: `${duration(seconds)} over ${days} such ${days === 1 ? "day" : "days"}. An hour counts where it begins on the wall clock.`,
                          derived: daily,
                          of: (
                            <DaysBehind
                              days={daysWith(daily, weekday, hour)}
                              only={touches(hour, daily.time_zone)}
                            />
                          ),
                        })
                      }
                    />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

const usualOf = ({ days, active_s }: Answer["weekdays"][number]) =>
  active_s.map((seconds) => seconds / Math.max(days, 1));

/** The days on which something was done in the hour. */
function daysWith(daily: Daily, weekday: number, hour: number) {
  return daily.days
    .filter(({ date }) => weekdayName(weekday) === weekdayOf(date))
    .map((day) => ({
      date: day.date,
      seconds: day.by_hour
        .filter(({ start }) => Number(clock(start, day.time_zone).slice(0, 2)) === hour)
        .reduce((sum, { active_s }) => sum + active_s, 0),
    }))
    .filter(({ seconds }) => seconds > 0)
    .map(({ date, seconds }) => ({ date, words: duration(seconds) }));
}

const touches =
  (hour: number, zone: string) =>
  ({ start, end }: TimelineInterval) => {
    const first = Number(clock(start, zone).slice(0, 2));
    const last = Number(clock(Date.parse(end) - 1, zone).slice(0, 2));
    return first <= last ? first <= hour && hour <= last : hour >= first || hour <= last;
  };

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

function goAbout(event: KeyboardEvent<HTMLTableElement>) {
  const step = STEPS[event.key];
  const cell = (event.target as HTMLElement).closest("td");
  const row = cell?.parentElement as HTMLTableRowElement | null | undefined;
  if (!step || !cell || !row) return;
  event.preventDefault();
  event.stopPropagation();
  const [down, right] = step;
  const next = event.currentTarget.rows[row.rowIndex + down]?.cells[cell.cellIndex + right];
  const button = next?.querySelector("button");
  if (!button) return;
  for (const each of event.currentTarget.querySelectorAll("button")) each.tabIndex = -1;
  button.tabIndex = 0;
  button.focus();
}
