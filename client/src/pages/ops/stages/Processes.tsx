import { Table } from "@mantine/core";
import type { Stage } from "../../../api/schema";
import { Scrolled } from "../../../shared/Scrolled";
import { State } from "../State";
import { When } from "../When";
import { count, rate, shortId } from "../words";

/** The processes that run a stage; their counts are from their start on. */
export function Processes({ of: stage }: { of: Stage }) {
  return (
    <Scrolled label={`Processes of ${stage.stage}`} height={360}>
      <Table miw={760} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Process</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Version</Table.Th>
            <Table.Th>Started</Table.Th>
            <Table.Th ta="right">Applied</Table.Th>
            <Table.Th ta="right">Events</Table.Th>
            <Table.Th ta="right">Failed</Table.Th>
            <Table.Th ta="right">Partitions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="ops-number">
          {stage.processes.map((each) => (
            <Table.Tr key={each.process}>
              <Table.Td>
                {shortId(each.process)} on {each.host} ({each.pid})
              </Table.Td>
              <Table.Td>
                <State of={each.state} />
                {each.breaker_until && (
                  <>
                    {" "}
                    until <When at={each.breaker_until} />
                  </>
                )}
              </Table.Td>
              <Table.Td>{each.code_version}</Table.Td>
              <Table.Td>
                <When at={each.started_at} />
              </Table.Td>
              <Table.Td ta="right">{rate(each.rate_events_s)}</Table.Td>
              <Table.Td ta="right">{count(each.events)}</Table.Td>
              <Table.Td ta="right">{count(each.failed)}</Table.Td>
              <Table.Td ta="right">{count(each.partitions.length)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolled>
  );
}
