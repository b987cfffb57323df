import { Group, Paper, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { useGet } from "../../../api/queries";
import type { MySegment } from "../../../api/schema";
import { useMe } from "../../../shared/hooks";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { dayAndClock, shortDay } from "../../../shared/time";
import { AsTable } from "../AsTable";
import { Evidence } from "../Evidence";
import { DayTypes } from "./DayTypes";

/** What the last days were, in which segments that puts the person, and why. */
export function MySegments() {
  const mine = useGet("/segments/me");
  return (
    <Shown of={mine} height={420}>
      {({ current, history, days, behind, state, learnt_state }) => (
        <>
          <Section title="Kinds of days">
            <DayTypes days={days} />
            <Text size="xs" c="dimmed" mt="xs">
              By rules, each of which says why. Kinds learnt from your own days: {learnt_state}.
              {behind && " Something newer has arrived and is being looked at."}
            </Text>
          </Section>
          <Section title="Your segments">
            {current.length ? (
              <SimpleGrid cols={{ base: 1, sm: 2 }}>
                {current.map((each) => (
                  <Current key={each.slug} segment={each} />
                ))}
              </SimpleGrid>
            ) : (
              <Empty>None yet: {state}.</Empty>
            )}
            {current.length > 0 && state !== "complete" && (
              <Text size="xs" c="dimmed" mt="xs">
                {state}
              </Text>
            )}
            {history.length > 0 && (
              <AsTable label="What held before">{() => <Before history={history} />}</AsTable>
            )}
          </Section>
        </>
      )}
    </Shown>
  );
}

function Current({ segment }: { segment: MySegment }) {
  const zone = useMe().data?.time_zone ?? "UTC";
  return (
    <Paper withBorder p="sm">
      <Stack gap={2}>
        <Group justify="space-between">
          <Text fw={600}>
            <Evidence
              title={`Segment, ${segment.family}`}
              value={segment.name}
              how={segment.reason}
              of={
                <Text size="sm" c="dimmed">
                  Since {shortDay(segment.entered_on)}. How clearly it holds:{" "}
                  {Math.round(segment.score * 100)} of 100. By {segment.model_version}; last found
                  to hold {dayAndClock(segment.computed_at, zone)}.
                </Text>
              }
            />
          </Text>
          <Text size="xs" c="dimmed">
            since {shortDay(segment.entered_on)}
          </Text>
        </Group>
        <Text size="sm">{segment.reason}</Text>
      </Stack>
    </Paper>
  );
}

function Before({ history }: { history: MySegment[] }) {
  return (
    <Table miw={420}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Segment</Table.Th>
          <Table.Th>From</Table.Th>
          <Table.Th>Until</Table.Th>
          <Table.Th>Why</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {history.map((each) => (
          <Table.Tr key={`${each.slug} ${each.entered_on} ${each.computed_at}`}>
            <Table.Td>{each.name}</Table.Td>
            <Table.Td>{shortDay(each.entered_on)}</Table.Td>
            <Table.Td>{each.left_on && shortDay(each.left_on)}</Table.Td>
            <Table.Td className="long">{each.reason}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
