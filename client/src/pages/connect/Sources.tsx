import { Badge, Stack, Table, Text } from "@mantine/core";
import { useAll } from "../../api/queries";
import type { Connect } from "../../api/schema";
import { useNow } from "../../shared/hooks";
import { Empty, Section } from "../../shared/Shown";
import { ago } from "../../shared/time";

/** Who sent what, when, and who has fallen silent. */
export function Sources({ found: { sources } }: { found: Connect }) {
  const now = useNow(30_000);
  const { data: devices = [] } = useAll("/devices");
  if (!sources.length)
    return (
      <Section title="Sources">
        <Empty>Every program and device that sends events is listed here, with when it did.</Empty>
      </Section>
    );
  return (
    <Section title="Sources">
      <Table.ScrollContainer
        minWidth={420}
        scrollAreaProps={{
          viewportProps: { tabIndex: 0, role: "region", "aria-label": "Sources, scrolls" },
        }}
      >
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Device</Table.Th>
              <Table.Th>Through</Table.Th>
              <Table.Th>First</Table.Th>
              <Table.Th>Latest</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sources.map(({ source, device: name, first_event_at, last_event_at }) => {
              const device = devices.find((each) => each.name === name);
              return (
                <Table.Tr key={`${source} ${name}`}>
                  <Table.Td maw={180}>
                    <Text size="sm" lineClamp={2} dir="auto" style={{ overflowWrap: "anywhere" }}>
                      {device?.label || name || "Without a name"}
                    </Text>
                  </Table.Td>
                  <Table.Td>{source}</Table.Td>
                  <Table.Td>{ago(first_event_at, now)}</Table.Td>
                  <Table.Td>
                    <Stack gap={2} align="flex-start">
                      {ago(last_event_at, now)}
                      {device?.silent_since && (
                        <Badge color="orange" variant="dot" tt="none">
                          silent
                        </Badge>
                      )}
                    </Stack>
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
