import { Anchor, Table, Text } from "@mantine/core";
import { Link } from "react-router";
import { useGet } from "../../../api/queries";
import { useProjects } from "../../../shared/colors";
import { useMe } from "../../../shared/hooks";
import { Scrolled } from "../../../shared/Scrolled";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { saveCsv } from "../csv";
import { Download } from "../Download";
import { beforeOf, type Range } from "../ranges";
import { Totals } from "../Totals";
import { accuracyTotals, estimatesCsv, inWords, percent } from "./accuracy";
import { Calibration } from "./Calibration";
import { TasksTable } from "./TasksTable";

const MOST = 1000;

/** What things took, against what they were thought to take. */
export function EstimatesView({ range, compare }: { range: Range; compare: boolean }) {
  const estimates = useGet("/analytics/estimates", { query: { ...range, limit: MOST } });
  const before = useGet(
    "/analytics/estimates",
    { query: { ...beforeOf(range), limit: 0 } },
    { enabled: compare },
  );
  const projects = useProjects();
  const zone = useMe().data?.time_zone ?? "UTC";
  return (
    <Shown of={estimates} height={900}>
      {(answer) => {
        const { overall, items } = answer;
        if (!overall.tasks) {
          return (
            <Empty
              action={
                <Anchor component={Link} to="/tasks" size="sm">
                  To the tasks
                </Anchor>
              }
            >
              No task that was done on these days has an estimate and tracked time. Give tasks an
              estimate, run the timer on them, and this shows how they compare.
            </Empty>
          );
        }
        const name = `timeflow-${range.from}-${range.to}-estimates.csv`;
        const files = [
          { label: "Tasks (CSV)", save: () => saveCsv(name, estimatesCsv(items, projects)) },
        ];
        return (
          <>
            <Totals totals={accuracyTotals(answer, before.data)} compare={compare} />
            <Text>{inWords(overall)}</Text>
            <Section title="Estimate and actual" aside={<Download files={files} />}>
              <Calibration items={items} projects={projects} />
              {overall.tasks > items.length && (
                <Text size="xs" c="dimmed">
                  The latest {items.length} of {overall.tasks} tasks are shown.
                </Text>
              )}
            </Section>
            <Section title="By project">
              <Scrolled label="Estimates by project">
                <Table miw={420}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Project</Table.Th>
                      <Table.Th ta="right">Tasks</Table.Th>
                      <Table.Th ta="right">Median of actual / estimate</Table.Th>
                      <Table.Th ta="right">Within a quarter</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {answer.projects.map((each) => (
                      <Table.Tr key={each.project_id}>
                        <Table.Td maw={240}>
                          <Text size="sm" truncate dir="auto">
                            <Text span c={projects.colored(each.project_id)} aria-hidden>
                              ●{" "}
                            </Text>
                            {projects.named(each.project_id) || "No project"}
                          </Text>
                        </Table.Td>
                        <Table.Td ta="right">{each.tasks}</Table.Td>
                        <Table.Td ta="right">{each.median_ratio?.toFixed(2)}</Table.Td>
                        <Table.Td ta="right">{percent(each.within_quarter)}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Scrolled>
            </Section>
            <Section title="Tasks">
              <TasksTable items={items} projects={projects} zone={zone} />
            </Section>
          </>
        );
      }}
    </Shown>
  );
}
