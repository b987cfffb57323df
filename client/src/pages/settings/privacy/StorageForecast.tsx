import { Table } from "@mantine/core";
import type { Storage } from "../../../api/schema";
import { size } from "../../../shared/size";

/** What events take now and will take. */
export function StorageForecast({ stored }: { stored: Storage }) {
  const rows = [
    { when: "Now", ...stored },
    ...stored.forecast.map((each) => ({ ...each, when: `In ${each.days} days` })),
  ];
  return (
    <Table>
      <Table.Caption>If things go on as in the last four weeks</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>When</Table.Th>
          <Table.Th>Events</Table.Th>
          <Table.Th>Space</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.when}>
            <Table.Td>{row.when}</Table.Td>
            <Table.Td>{row.events.toLocaleString("en-GB")}</Table.Td>
            <Table.Td>{size(row.bytes)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
