import { Alert, Button, Code, Group, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useGet } from "../../../api/queries";
import { useNow } from "../../../shared/hooks";
import { Scrolled } from "../../../shared/Scrolled";
import { Shown } from "../../../shared/Shown";
import { ago, shortDay } from "../../../shared/time";

const PAGE = 50;

/** Who is in a segment now, by pseudonyms. */
export function Members({ slug }: { slug: string }) {
  const [cursor, setCursor] = useState<string | null>(null);
  const members = useGet("/segments/{slug}/members", {
    path: { slug },
    query: { cursor, limit: PAGE },
  });
  const now = useNow(60_000);
  return (
    <Shown of={members} height={200}>
      {({ items, next_cursor, suppressed }) =>
        suppressed ? (
          <Alert color="gray" title="Not shown: under five people">
            Of so few, a pseudonym would say who it is. Members appear once there are five.
          </Alert>
        ) : (
          <Stack gap="xs">
            <Scrolled label="Members" height={420}>
              <Table miw={640} stickyHeader>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Pseudonym</Table.Th>
                    <Table.Th>Since</Table.Th>
                    <Table.Th>Why</Table.Th>
                    <Table.Th>By</Table.Th>
                    <Table.Th>Found to hold</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((each) => (
                    <Table.Tr key={each.member}>
                      <Table.Td>
                        <Code title={each.member}>{each.member.slice(-12)}</Code>
                      </Table.Td>
                      <Table.Td>{shortDay(each.entered_on)}</Table.Td>
                      <Table.Td className="long">{each.reason}</Table.Td>
                      <Table.Td>{each.model_version}</Table.Td>
                      <Table.Td>{ago(each.computed_at, now)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Scrolled>
            <Group gap="xs">
              {cursor && (
                <Button size="xs" variant="default" onClick={() => setCursor(null)}>
                  First page
                </Button>
              )}
              {next_cursor && (
                <Button size="xs" variant="default" onClick={() => setCursor(next_cursor)}>
                  Next {PAGE}
                </Button>
              )}
              <Text size="xs" c="dimmed">
                A pseudonym is random, and known to nobody but its person.
              </Text>
            </Group>
          </Stack>
        )
      }
    </Shown>
  );
}
