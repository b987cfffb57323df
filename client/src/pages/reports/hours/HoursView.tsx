import { Group, SegmentedControl, Text } from "@mantine/core";
import { call } from "../../../api/calls";
import { useGet } from "../../../api/queries";
import { useProjects } from "../../../shared/colors";
import { useUrl } from "../../../shared/hooks";
import { Section, Shown } from "../../../shared/Shown";
import { saveAs, withAnswer } from "../../../shared/saving";
import { duration } from "../../../shared/time";
import { type Daily, useReport } from "../answers";
import { saveCsv } from "../csv";
import { DerivedWith } from "../DerivedWith";
import { Download } from "../Download";
import { NothingYet } from "../NothingYet";
import { beforeOf, type Range } from "../ranges";
import { Totals } from "../Totals";
import { DaysChart } from "./DaysChart";
import { GroupsTable } from "./GroupsTable";
import { GROUPS, isBy } from "./groups";
import { HeatMap } from "./HeatMap";
import { daysCsv, groupsCsv, weekHoursCsv } from "./tables";
import { totalsOf } from "./totals";

/** How long, of what, and when. */
export function HoursView({ range, compare }: { range: Range; compare: boolean }) {
  const [asked, setBy] = useUrl("by", "category");
  const by = isBy(asked) ? asked : "category";
  const daily = useReport("/analytics/daily", { query: range });
  const before = useReport("/analytics/daily", { query: beforeOf(range) }, { enabled: compare });
  const summary = useReport("/analytics/summary", { query: { ...range, group_by: by, compare } });
  const heatMap = useGet("/analytics/heatmap", { query: range });
  const projects = useProjects();
  const name = `timeflow-${range.from}-${range.to}`;
  const files = [
    {
      label: "Days (CSV)",
      save: () => daily.data && saveCsv(`${name}-days.csv`, daysCsv(daily.data, by)),
    },
    {
      label: `${GROUPS[by].label} totals (CSV)`,
      save: () => summary.data && saveCsv(`${name}-${by}.csv`, groupsCsv(summary.data, by)),
    },
    {
      label: "Hours of the week (CSV)",
      save: () => heatMap.data && saveCsv(`${name}-week.csv`, weekHoursCsv(heatMap.data)),
    },
    { label: "Timesheet of the last week shown (CSV)", save: () => saveTimesheet(range.to) },
  ];
  return (
    <Shown of={daily} height={900}>
      {(answer) =>
        answer.days.every((day) => !day.active_s && !day.tracked_s) ? (
          <NothingYet>{whyNothing(answer)}</NothingYet>
        ) : (
          <>
            <Totals totals={totalsOf(answer, before.data)} compare={compare} />
            <DerivedWith {...answer} />
            <Group justify="space-between" gap="sm">
              <SegmentedControl
                aria-label="Put together by"
                size="xs"
                value={by}
                onChange={setBy}
                data={Object.entries(GROUPS).map(([value, { label }]) => ({ value, label }))}
              />
              <Download files={files} />
            </Group>
            <DaysChart daily={answer} range={range} by={by} projects={projects} />
            <Section title={`By ${GROUPS[by].label.toLowerCase()}`}>
              <Shown of={summary} height={240}>
                {(found) => (
                  <GroupsTable
                    key={by}
                    summary={found}
                    daily={answer}
                    by={by}
                    projects={projects}
                  />
                )}
              </Shown>
            </Section>
            <Section title="Hours of the week">
              <Text size="xs" c="dimmed" mb="xs">
                Active time by the wall clock on an average such day of the range; the darker, the
                more.
              </Text>
              <Shown of={heatMap} height={240}>
                {(found) => <HeatMap map={found} daily={answer} />}
              </Shown>
            </Section>
          </>
        )
      }
    </Shown>
  );
}

function whyNothing({ days, timeout_s }: Daily): string {
  if (days.some((day) => day.events > 0)) {
    return `Only single points were recorded on these days. A point counts until the next of its device, if that comes within ${duration(timeout_s)}; none did.`;
  }
  return "Nothing was recorded on these days. Choose others, or connect an editor, a browser or a tracker, and their hours appear here.";
}

const saveTimesheet = (date: string) =>
  withAnswer(call("get", "/analytics/timesheet.csv", { query: { date } }), (content) =>
    saveAs(content, `timeflow-timesheet-${date}.csv`),
  );
