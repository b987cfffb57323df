import { Table } from "@mantine/core";
import type { Deviation } from "../../../api/schema";

/** The features of its middle against everybody's. */
export function Deviations({ deviations }: { deviations: Deviation[] }) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Feature</Table.Th>
          <Table.Th ta="right">Quartile distances from the median</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {deviations.map(({ feature, by }) => (
          <Table.Tr key={feature}>
            <Table.Td>{feature}</Table.Td>
            <Table.Td ta="right">{`${by > 0 ? "+" : ""}${by.toFixed(1)}`}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
