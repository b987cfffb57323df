/** What a range of days says of focus. */

import { duration } from "../../../shared/time";
import type { Focus, FocusDay } from "../answers";
import { type Cell, hours } from "../csv";

export type Figure = {
  name: string;
  now: number | null;
  before: number | null | undefined;
  words: (value: number) => string;
  how: string;
  ofDay: (day: FocusDay) => string;
};

type Kind = Pick<Figure, "name" | "words" | "how"> & { of: (days: FocusDay[]) => number | null };

const rounded = (value: number) => value.toFixed(1);
const sum = (days: FocusDay[], of: (day: FocusDay) => number) =>
  days.reduce((total, day) => total + of(day), 0);

const KINDS: Kind[] = [
  {
    name: "Focus",
    words: duration,
    how: "The own time of all focus sessions.",
    of: (days) => sum(days, (day) => day.focus_s),
  },
  {
    name: "Deep work",
    words: duration,
    how: "What of focus time lies in long sessions.",
    of: (days) => sum(days, (day) => day.deep_s),
  },
  {
    name: "Focus sessions",
    words: String,
    how: "How many stretches of focus there were.",
    of: (days) => sum(days, (day) => day.focus_sessions.length),
  },
  {
    name: "Switches per hour",
    words: rounded,
    how: "All changes of category by all active hours.",
    of: (days) => {
      const active = sum(days, (day) => day.active_s);
      return active ? sum(days, (day) => day.switches) / (active / 3600) : null;
    },
  },
  {
    name: "Longest session",
    words: duration,
    how: "The longest stretch of any activity without a pause.",
    of: (days) => Math.max(0, ...days.map((day) => day.longest_session_s)),
  },
  {
    name: "Meetings",
    words: duration,
    how: "Time in meetings and calls, by category.",
    of: (days) => sum(days, (day) => day.meeting_s),
  },
];

export const figuresOf = (focus: Focus, before: Focus | undefined): Figure[] =>
  KINDS.map(({ name, words, how, of }) => ({
    name,
    words,
    how,
    now: of(focus.days),
    before: before && of(before.days),
    ofDay: (day) => {
      const value = of([day]);
      return value === null ? "" : words(value);
    },
  }));

export const focusCsv = (days: FocusDay[]): Cell[][] => [
  [
    "Date",
    "Active",
    "Focus",
    "Deep work",
    "Meetings",
    "Sessions",
    "Median session",
    "Longest session",
    "Switches",
    "Switches per hour",
    "First hour",
    "Last hour",
  ],
  ...days.map((day) => [
    day.date,
    hours(day.active_s),
    hours(day.focus_s),
    hours(day.deep_s),
    hours(day.meeting_s),
    day.sessions,
    hours(day.session_median_s),
    hours(day.longest_session_s),
    day.switches,
    day.switches_per_hour,
    day.first_hour,
    day.last_hour,
  ]),
];
