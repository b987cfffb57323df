import { Stack, Table, Text, Title } from "@mantine/core";
import type { WholeLetter } from "../../../api/schema";
import { Scrolled } from "../../../shared/Scrolled";
import { When } from "../When";
import { bytes, count } from "../words";

/** Where the event lies on its stream, and what lies around it. */
export function Origin({ letter }: { letter: WholeLetter }) {
  const { topic, partition, offset, index, origin } = letter;
  return (
    <Stack gap="xs">
      <Title order={2} size="h5">
        Where it came from
      </Title>
      <Text size="sm">
        Event {index} of entry {count(offset)} in partition {partition} of {topic}. {fate(origin)}
      </Text>
      {origin && origin.entries.length > 0 && (
        <Scrolled label="Entries around it">
          <Table miw={460} verticalSpacing={4} className="ops-number">
            <Table.Thead>
              <Table.Tr>
                <Table.Th ta="right">Entry</Table.Th>
                <Table.Th>Appended</Table.Th>
                <Table.Th ta="right">Events</Table.Th>
                <Table.Th ta="right">Size</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {origin.entries.map((each) => (
                <Table.Tr
                  key={each.offset}
                  className={each.offset === offset && origin.is_there ? "ops-mine" : undefined}
                >
                  <Table.Td ta="right">{count(each.offset)}</Table.Td>
                  <Table.Td>
                    <When at={new Date(each.appended_ms).toISOString()} />
                  </Table.Td>
                  <Table.Td ta="right">{count(each.events)}</Table.Td>
                  <Table.Td ta="right">{bytes(each.bytes)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scrolled>
      )}
    </Stack>
  );
}

function fate(origin: WholeLetter["origin"]): string {
  if (!origin) return "Whether it still lies there is unknown: Redis does not say.";
  return origin.is_there
    ? "It still lies there."
    : "It lies there no more: the entry was trimmed, or the log was replaced.";
}
