import { Table } from "@mantine/core";
import { duration, shortDay } from "../../../shared/time";
import type { Focus, FocusDay } from "../answers";
import { Evidence } from "../Evidence";
import { SessionsOfDays } from "./SessionsOfDays";

const COLUMNS: { label: string; words: (day: FocusDay) => string }[] = [
  { label: "Focus", words: (day) => duration(day.focus_s) },
  { label: "Deep work", words: (day) => duration(day.deep_s) },
  { label: "Sessions", words: (day) => String(day.sessions) },
  { label: "Median session", words: (day) => duration(day.session_median_s) },
  { label: "Longest session", words: (day) => duration(day.longest_session_s) },
  {
    label: "Switches per hour",
    words: (day) => (day.switches_per_hour === null ? "" : day.switches_per_hour.toFixed(1)),
  },
  { label: "From, to", words: (day) => `${wall(day.first_hour)} – ${wall(day.last_hour)}` },
];

/** Each day in numbers, the latest first. */
export function FocusTable({ focus }: { focus: Focus }) {
  return (
    <Table stickyHeader miw={640}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Day</Table.Th>
          {COLUMNS.map(({ label }) => (
            <Table.Th key={label} ta="right">
              {label}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {focus.days.toReversed().map((day) => (
          <Table.Tr key={day.date}>
            <Table.Td>
              <Evidence
                title="Focus sessions"
                value={shortDay(day.date)}
                how={`${duration(day.focus_s)} of focus in ${duration(day.active_s)} of activity.`}
                derived={focus}
                of={<SessionsOfDays focus={focus} days={[day]} words={() => ""} />}
              />
            </Table.Td>
            {COLUMNS.map(({ label, words }) => (
              <Table.Td key={label} ta="right">
                {words(day)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** "25:30" is half past one after midnight. */
function wall(hour: number | null): string {
  if (hour === null) return "";
  const minutes = Math.floor(hour * 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}
