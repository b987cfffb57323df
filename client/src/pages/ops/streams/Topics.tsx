import { Table, Text } from "@mantine/core";
import type { TopicFacts } from "../../../api/schema";
import { Scrolled } from "../../../shared/Scrolled";
import { grouped } from "../grouped";
import { bytes, count, seconds, things } from "../words";

/** What each topic holds, what is let go, and what stands in the way of that. */
export function Topics({ topics }: { topics: TopicFacts[] }) {
  return (
    <Scrolled label="What the streams hold">
      <Table miw={760} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Topic</Table.Th>
            <Table.Th ta="right">Entries</Table.Th>
            <Table.Th ta="right">Size</Table.Th>
            <Table.Th ta="right">Oldest</Table.Th>
            <Table.Th>Kept after all have read</Table.Th>
            <Table.Th>Trimming</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {topics.map((each) => (
            <Table.Tr key={each.topic}>
              <Table.Td fw={600}>{each.topic}</Table.Td>
              <Table.Td ta="right" className="ops-number">
                {count(each.entries)}
              </Table.Td>
              <Table.Td ta="right" className="ops-number">
                {bytes(each.bytes)}
              </Table.Td>
              <Table.Td ta="right" className="ops-number">
                {seconds(each.oldest_age_s)}
              </Table.Td>
              <Table.Td>
                {seconds(each.retention_age_s)}, up to {bytes(each.retention_bytes)}
              </Table.Td>
              <Table.Td>
                <Blocks of={each} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolled>
  );
}

function Blocks({ of: { blocked_by } }: { of: TopicFacts }) {
  if (blocked_by.length === 0) return <Text size="sm">Nothing is in the way</Text>;
  const why = grouped(blocked_by, ({ group, reason }) => `${group} is ${reason}`);
  return [...why].map(([words, blocks]) => (
    <Text key={words} size="sm" fw={600}>
      Held up: {words} in {things(blocks.length, "partition")}
    </Text>
  ));
}
