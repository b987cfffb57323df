import { Button, Card, Group, Table, Text } from "@mantine/core";
import { call } from "../../api/calls";
import { useGet } from "../../api/queries";
import type { Timesheet as Sheet } from "../../api/schema";
import { useProjects } from "../../shared/colors";
import { Empty, Shown } from "../../shared/Shown";
import { saveAs, withAnswer } from "../../shared/saving";
import { duration, shortDay } from "../../shared/time";

/** Tracked time of a week by project and day. */
export function Timesheet({ monday }: { monday: string }) {
  const query = { date: monday, starts_on: 1 };
  const sheet = useGet("/analytics/timesheet", { query });
  const save = () =>
    withAnswer(call("get", "/analytics/timesheet.csv", { query }), (content) =>
      saveAs(content, `timesheet-${monday}.csv`),
    );
  return (
    <Card withBorder padding="md">
      <Group justify="flex-end" mb="xs">
        <Button size="xs" variant="default" onClick={save}>
          Save as CSV
        </Button>
      </Group>
      <Shown of={sheet} height={240}>
        {(shown) => (shown.rows.length ? <Rows sheet={shown} /> : <Nothing />)}
      </Shown>
    </Card>
  );
}

const Nothing = () => (
  <Empty>
    No time entries in this week. Start the timer with <kbd>Space</kbd>, or take drafts on Today.
  </Empty>
);

function Rows({ sheet }: { sheet: Sheet }) {
  const projects = useProjects();
  return (
    <Table.ScrollContainer minWidth={720} type="native" tabIndex={0}>
      <Table>
        <Table.Caption>Tracked time by project and day</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Project</Table.Th>
            {sheet.days.map((day) => (
              <Table.Th key={day} ta="right">
                {shortDay(day)}
              </Table.Th>
            ))}
            <Table.Th ta="right">Sum</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sheet.rows.map((row) => (
            <Table.Tr key={row.project_id ?? "none"}>
              <Table.Th scope="row" fw={500}>
                <Text span c={projects.colored(row.project_id)} aria-hidden>
                  ●
                </Text>{" "}
                {row.project || "No project"}
              </Table.Th>
              {row.days_s.map((seconds, index) => (
                <Table.Td key={sheet.days[index]} ta="right">
                  {seconds ? duration(seconds) : ""}
                </Table.Td>
              ))}
              <Table.Td ta="right" fw={600}>
                {duration(row.total_s)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">Sum</Table.Th>
            {sheet.days_s.map((seconds, index) => (
              <Table.Td key={sheet.days[index]} ta="right" fw={600}>
                {seconds ? duration(seconds) : ""}
              </Table.Td>
            ))}
            <Table.Td ta="right" fw={700}>
              {duration(sheet.total_s)}
            </Table.Td>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Table.ScrollContainer>
  );
}
