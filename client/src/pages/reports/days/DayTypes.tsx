import { Box, Text, UnstyledButton } from "@mantine/core";
import type { MyDay } from "../../../api/schema";
import { Empty } from "../../../shared/Shown";
import { addDays, datesBetween, shortDay, weekOf } from "../../../shared/time";
import { AsTable } from "../AsTable";
import { useEvidence } from "../Evidence";
import { IntervalsOfDay } from "../IntervalsOfDay";
import { Legend } from "../Legend";
import { TypesTable } from "./TypesTable";
import { colorOfType, TYPES } from "./types";

/** The last four weeks, a week in a row. */
export function DayTypes({ days }: { days: MyDay[] }) {
  const open = useEvidence();
  const first = days[0]?.date;
  const last = days.at(-1)?.date;
  if (!first || !last) return <Empty>No day is known yet.</Empty>;
  const byDate = new Map(days.map((day) => [day.date, day]));
  const shown = datesBetween(weekOf(first), addDays(weekOf(last), 6));
  const kinds = [...new Set(days.map(({ type }) => type))];
  return (
    <>
      <div className="day-types">
        {shown.map((date) => {
          const day = byDate.get(date);
          if (!day) {
            return (
              <Box key={date}>
                <Day date={date} />
              </Box>
            );
          }
          return (
            <UnstyledButton
              key={date}
              style={{ borderLeftColor: colorOfType(day.type) }}
              onClick={() => open(behindOf(day))}
            >
              <Day date={date} />
              <Text className="day-type" size="xs" fw={600} truncate>
                {day.type}
              </Text>
            </UnstyledButton>
          );
        })}
      </div>
      <Legend
        items={kinds.map((type) => ({
          name: type,
          label: `${type}: ${days.filter((day) => day.type === type).length}`,
          color: colorOfType(type),
        }))}
      />
      <AsTable label="Days with their reasons">{() => <TypesTable days={days} />}</AsTable>
    </>
  );
}

function Day({ date }: { date: string }) {
  return (
    <Text size="xs" c="dimmed" truncate>
      <Text span inherit visibleFrom="sm">
        {shortDay(date)}
      </Text>
      <Text span inherit hiddenFrom="sm">
        {Number(date.slice(8))}
      </Text>
    </Text>
  );
}

function behindOf({ date, type, reason, learnt }: MyDay) {
  const meaning = TYPES[type]?.meaning;
  return {
    title: shortDay(date),
    value: type,
    how: [
      `${reason}.`,
      meaning && `The rule of “${type}”: ${meaning}.`,
      learnt && `Learnt kind: ${learnt}.`,
    ]
      .filter(Boolean)
      .join(" "),
    of: <IntervalsOfDay date={date} />,
  };
}
