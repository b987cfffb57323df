import { Box, Table, Text } from "@mantine/core";
import type { MyDay } from "../../../api/schema";
import { Empty } from "../../../shared/Shown";
import { addDays, datesBetween, shortDay, weekOf } from "../../../shared/time";
import { AsTable } from "../AsTable";
import { Evidence } from "../Evidence";
import { IntervalsOfDay } from "../IntervalsOfDay";
import { colorOfType, TYPES } from "./types";

/** The last four weeks, a week in a row. */
export function DayTypes({ days }: { days: MyDay[] }) {
  const first = days[0]?.date;
  const last = days.at(-1)?.date;
  if (!first || !last) return <Empty>No day is known yet.</Empty>;
  const byDate = new Map(days.map((day) => [day.date, day]));
  const shown = datesBetween(weekOf(first), addDays(weekOf(last), 6));
  return (
    <>
      <div className="day-types">
        {shown.map((date) => {
          const day = byDate.get(date);
          const color = day ? colorOfType(day.type) : "transparent";
          return (
            <Box key={date} style={{ borderLeftColor: color }}>
              <Text size="xs" c="dimmed" truncate>
                {shortDay(date)}
              </Text>
              {day ? (
                <Text size="xs" fw={600} truncate component="div">
                  <Evidence
                    title={shortDay(date)}
                    value={day.type}
                    how={`${day.reason}. “${day.type}” is a day with ${TYPES[day.type]?.meaning ?? "this"}.${
                      day.learnt ? ` Learnt kind: ${day.learnt}.` : ""
                    }`}
                    of={<IntervalsOfDay date={date} />}
                  />
                </Text>
              ) : (
                <Text size="xs" c="dimmed" aria-label="nothing known">
                  –
                </Text>
              )}
            </Box>
          );
        })}
      </div>
      <AsTable label="Days with their reasons">
        {() => (
          <Table miw={380}>
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
                  <Table.Td>{day.reason}</Table.Td>
                  <Table.Td>{day.learnt ?? "none"}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </AsTable>
    </>
  );
}
