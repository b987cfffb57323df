import { Table } from "@mantine/core";
import { Scrolled } from "../../../shared/Scrolled";
import { LagRows } from "./LagRows";
import type { Sum } from "./sums";

/** Each group over all partitions; a click shows each of them. */
export function Lag({ sums }: { sums: Sum[] }) {
  return (
    <Scrolled label="Lag of every group">
      <Table miw={760} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Topic and group</Table.Th>
            <Table.Th ta="right">Behind, events</Table.Th>
            <Table.Th ta="right">Entries</Table.Th>
            <Table.Th ta="right">Oldest waits</Table.Th>
            <Table.Th ta="right">Applied</Table.Th>
            <Table.Th ta="right">Caught up in</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sums.map((sum) => (
            <LagRows key={`${sum.topic} ${sum.group}`} sum={sum} />
          ))}
        </Table.Tbody>
      </Table>
    </Scrolled>
  );
}
