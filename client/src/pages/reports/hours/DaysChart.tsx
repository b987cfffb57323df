import type { Projects } from "../../../shared/colors";
import { Section } from "../../../shared/Shown";
import { duration } from "../../../shared/time";
import { AsTable } from "../AsTable";
import type { Daily } from "../answers";
import { type Bucket, bucketsOf, total } from "../buckets";
import { DaysBehind } from "../DaysBehind";
import { type Behind, useEvidence } from "../Evidence";
import { isByWeek, type Range } from "../ranges";
import { nameOf, StackedBars } from "../StackedBars";
import { DaysTable } from "./DaysTable";
import { type By, GROUPS, lookOf, sumsOf } from "./groups";

/** Each day, or each week of a long range, by what it went into. */
export function DaysChart({
  daily,
  range,
  by,
  projects,
}: {
  daily: Daily;
  range: Range;
  by: By;
  projects: Projects;
}) {
  const open = useEvidence();
  const byWeek = isByWeek(range);
  const look = lookOf(by, projects);
  const buckets = bucketsOf(
    daily.days.map((day) => ({ date: day.date, sums: sumsOf(day, by) })),
    byWeek,
  );
  const title = byWeek ? "Weeks" : "Days";
  const parts =
    by === "entity" ? "active time" : `active time by ${GROUPS[by].label.toLowerCase()}`;
  return (
    <Section title={title}>
      <StackedBars
        label={`${title}: ${parts}`}
        buckets={buckets}
        look={look}
        open={(bucket) => open(behindOf(bucket, daily, by))}
      />
      <AsTable label={`${title} as a table`}>
        {() => <DaysTable daily={daily} buckets={buckets} />}
      </AsTable>
    </Section>
  );
}

/** What is behind a bar. */
export function behindOf(bucket: Bucket, daily: Daily, by: By): Behind {
  const days = daily.days.filter(({ date }) => date >= bucket.from && date <= bucket.to);
  const active = days.reduce((sum, day) => sum + day.active_s, 0);
  const more = by === "device" && total(bucket.sums) > active;
  return {
    title: nameOf(bucket),
    value: duration(active),
    how: more
      ? "Active time. Devices that were used at once add up to more than that."
      : "Active time: wall-clock time with activity on any device.",
    derived: daily,
    of: (
      <DaysBehind
        days={days
          .filter((day) => day.active_s > 0 || days.length === 1)
          .map((day) => ({ date: day.date, words: duration(day.active_s) }))}
      />
    ),
  };
}
