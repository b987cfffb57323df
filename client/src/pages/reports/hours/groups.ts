/** What time is put together by, and what each of it looks like. */
import type { TimelineInterval } from "../../../api/schema";
import { colorOf, type Projects } from "../../../shared/colors";
import type { DayTotals } from "../answers";
import type { Look } from "../StackedBars";

export const GROUPS = {
  category: { label: "Category", many: "categories", none: "No category" },
  project: { label: "Project", many: "projects", none: "No project" },
  device: { label: "Device", many: "devices", none: "No device" },
  entity: { label: "Thing", many: "things", none: "No name" },
} as const;

export type By = keyof typeof GROUPS;

export const isBy = (text: string): text is By => Object.hasOwn(GROUPS, text);

/** A day's time by group; days do not say it of things, so that is all of it. */
export function sumsOf(day: DayTotals, by: By): Record<string, number> {
  switch (by) {
    case "category":
      return day.by_category;
    case "project":
      return day.by_project;
    case "device":
      return day.by_device;
    case "entity":
      return { [ALL]: day.active_s };
  }
}

/** The one series where days are not told apart. */
const ALL = "\u0000all";

export function lookOf(by: By, projects: Projects): Look {
  return {
    label: (key) => (key === ALL ? "Active time" : shortened(key) || GROUPS[by].none),
    color: (key) =>
      key === ALL
        ? "var(--mantine-primary-color-filled)"
        : by === "project" && key
          ? projects.coloredByName(key)
          : colorOf(key),
  };
}

const MOST_LETTERS = 80;

/** Names are what devices say: nothing keeps them from being a book. */
function shortened(name: string): string {
  const letters = [...name.slice(0, 2 * (MOST_LETTERS + 1))];
  if (letters.length <= MOST_LETTERS) return name;
  return `${letters.slice(0, MOST_LETTERS).join("")}…`;
}

/** Whether an interval belongs to a group. */
export const isOf =
  (by: By, key: string) =>
  (interval: TimelineInterval): boolean =>
    interval[by] === key;
