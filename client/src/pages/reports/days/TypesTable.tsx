import { Table } from "@mantine/core";
import type { MyDay } from "../../../api/schema";
import { shortDay } from "../../../shared/time";

/** Each day with its kind and the reason, the latest first. */
export function TypesTable({ days }: { days: MyDay[] }) {
  return (
    <Table stickyHeader>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Day</Table.Th>
          <Table.Th>Kind</Table.Th>
          <Table.Th>Why</Table.Th>
          <Table.Th>Learnt kind</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {days.toReversed().map((day) => (
          <Table.Tr key={day.date}>
            <Table.Td>{shortDay(day.date)}</Table.Td>
            <Table.Td>{day.type}</Table.Td>
            <Table.Td className="long">{day.reason}</Table.Td>
            <Table.Td>{day.learnt ?? "none"}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
