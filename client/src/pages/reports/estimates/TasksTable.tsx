import { Button, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { EstimatedTask } from "../../../api/schema";
import type { Projects } from "../../../shared/colors";
import { Scrolled } from "../../../shared/Scrolled";
import { duration, localDate, shortDay } from "../../../shared/time";

const AT_FIRST = 20;

/** Each task that was done, the latest first. */
export function TasksTable({
  items,
  projects,
  zone,
}: {
  items: EstimatedTask[];
  projects: Projects;
  zone: string;
}) {
  const [isAll, setIsAll] = useState(false);
  const shown = isAll ? items : items.slice(0, AT_FIRST);
  return (
    <>
      <Scrolled label="Tasks with estimates">
        <Table miw={560}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Task</Table.Th>
              <Table.Th>Done</Table.Th>
              <Table.Th ta="right">Estimate</Table.Th>
              <Table.Th ta="right">Actual</Table.Th>
              <Table.Th ta="right">Actual / estimate</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((task) => (
              <Table.Tr key={task.id}>
                <Table.Td maw={260}>
                  <Text size="sm" truncate title={task.title.slice(0, 500)} dir="auto">
                    <Text span c={projects.colored(task.project_id)} aria-hidden>
                      ●{" "}
                    </Text>
                    {task.title}
                  </Text>
                </Table.Td>
                <Table.Td>{shortDay(localDate(task.done_at, zone))}</Table.Td>
                <Table.Td ta="right">{duration(task.estimate_s)}</Table.Td>
                <Table.Td ta="right">{duration(task.actual_s)}</Table.Td>
                <Table.Td ta="right">× {task.ratio.toFixed(2)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolled>
      {shown.length < items.length && (
        <Button variant="default" size="xs" mt="xs" onClick={() => setIsAll(true)}>
          Show all {items.length} tasks
        </Button>
      )}
    </>
  );
}
