import { Table, Text } from "@mantine/core";
import { duration } from "../../../shared/time";
import type { Daily, DayTotals } from "../answers";
import type { Bucket } from "../buckets";
import { ALL_ENTRIES, DaysBehind } from "../DaysBehind";
import { Evidence } from "../Evidence";
import { nameOf } from "../StackedBars";

const USUAL_S = 86_400;
const COLUMNS = [
  { figure: "active_s", label: "Active" },
  { figure: "focus_s", label: "Focus" },
  { figure: "tracked_s", label: "Tracked" },
] as const;

/** The numbers of each bar. */
export function DaysTable({ daily, buckets }: { daily: Daily; buckets: Bucket[] }) {
  return (
    <Table stickyHeader>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>When</Table.Th>
          {COLUMNS.map(({ label }) => (
            <Table.Th key={label} ta="right">
              {label}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {buckets.map((bucket) => {
          const days = daily.days.filter((day) => day.date >= bucket.from && day.date <= bucket.to);
          return (
            <Table.Tr key={bucket.from}>
              <Table.Td>
                {nameOf(bucket)} <Length days={days} />
              </Table.Td>
              {COLUMNS.map(({ figure, label }) => (
                <Table.Td key={figure} ta="right">
                  <Evidence
                    title={`${label}, ${nameOf(bucket)}`}
                    value={duration(days.reduce((sum, day) => sum + day[figure], 0))}
                    how="Added up from these days."
                    derived={daily}
                    of={
                      <DaysBehind
                        days={days.map((day) => ({ date: day.date, words: duration(day[figure]) }))}
                        entries={figure === "tracked_s" ? ALL_ENTRIES : undefined}
                      />
                    }
                  />
                </Table.Td>
              ))}
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

/** Where a change of the clock made a day longer or shorter. */
function Length({ days }: { days: DayTotals[] }) {
  const [day, ...others] = days;
  if (!day || others.length || day.length_s === USUAL_S) return null;
  return (
    <Text span size="xs" c="dimmed">
      ({day.length_s / 3600} hours long)
    </Text>
  );
}
