import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { Daily, DayTotals, Summary } from "../answers";
import { bucketsOf } from "../buckets";
import { DaysTable } from "./DaysTable";
import { GroupsTable } from "./GroupsTable";
import { lookOf } from "./groups";
import { daysCsv, groupsCsv } from "./tables";

const PARAMETERS = { time_zone: "Europe/Berlin", day_start: "00:00", timeout_s: 600, as_of: null };
const PROJECTS = { all: [], named: () => "", colored: () => "red", coloredByName: () => "red" };

function day(date: string, more: Partial<DayTotals>): DayTotals {
  return {
    ...PARAMETERS,
    date,
    length_s: 86_400,
    active_s: 0,
    focus_s: 0,
    events: 0,
    first_at: null,
    last_at: null,
    by_hour: [],
    by_category: {},
    by_project: {},
    by_device: {},
    tracked_s: 0,
    entries: 0,
    tracked_by_project: {},
    tasks_created: 0,
    tasks_done: 0,
    tasks_planned: 0,
    planned_s: 0,
    estimate_log_error: null,
    ...more,
  };
}

function summary(...keys: string[]): Summary {
  const group = {
    active_s: 3600,
    events: 1,
    tracked_s: 0,
    productivity: null,
    active_before_s: null,
    tracked_before_s: null,
  };
  return { ...PARAMETERS, before: null, groups: keys.map((key) => ({ ...group, key })) };
}

describe("days", () => {
  const days = [
    day("2026-10-24", { active_s: 3600, by_category: { "": 1800, "=cmd()": 1800 } }),
    day("2026-10-25", { length_s: 90_000, active_s: 88_200, by_category: { constructor: 88_200 } }),
  ];
  const daily: Daily = { ...PARAMETERS, days };

  test("a day of 25 hours says so, and others say nothing", () => {
    const buckets = bucketsOf(
      days.map(({ date, by_category }) => ({ date, sums: by_category })),
      false,
    );
    render(
      <MantineProvider>
        <DaysTable daily={daily} buckets={buckets} />
      </MantineProvider>,
    );
    const [, usual, long] = screen.getAllByRole("row");
    expect(within(long as HTMLElement).getByText("(25 hours long)")).toBeVisible();
    expect(within(long as HTMLElement).getByText("24 h 30 min")).toBeVisible();
    expect(within(usual as HTMLElement).queryByText(/hours long/)).toBeNull();
  });

  test("as a file they have a column for each group, none of which is a formula", () => {
    const [head, first, second] = daysCsv(daily, "category");
    expect(head?.slice(6)).toEqual(["No category", "=cmd()", "constructor"]);
    expect(first?.slice(6)).toEqual([0.5, 0.5, 0]);
    expect(second).toEqual(["2026-10-25", 25, 24.5, 0, 0, 0, 0, 0, 24.5]);
  });
});

describe("groups", () => {
  test("names of any length, script and kind are only names", () => {
    const book = "x".repeat(10_000);
    render(
      <MantineProvider>
        <GroupsTable
          summary={summary(book, "<img src=x onerror=alert(1)>", "مشروع", "🦊")}
          daily={{ ...PARAMETERS, days: [] }}
          by="entity"
          projects={PROJECTS}
        />
      </MantineProvider>,
    );
    expect(screen.getByText(`${"x".repeat(80)}…`)).toBeVisible();
    expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeVisible();
    expect(screen.getByText("مشروع")).toHaveAttribute("dir", "auto");
    expect(document.querySelector("img")).toBeNull();
  });

  test("what has no name says so", () => {
    expect(lookOf("project", PROJECTS).label("")).toBe("No project");
    expect(groupsCsv(summary(""), "device")[1]?.[0]).toBe("No device");
  });

  test("letters of two units are not cut in two", () => {
    const label = lookOf("entity", PROJECTS).label("🦊".repeat(200));
    expect(label).toBe(`${"🦊".repeat(80)}…`);
  });
});
