import { Anchor, Group, NavLink, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { TimelineInterval } from "../../api/schema";
import { longDay, shortDay } from "../../shared/time";
import { EntriesOfDay } from "./EntriesOfDay";
import { IntervalsOfDay } from "./IntervalsOfDay";

export type DayBehind = { date: string; words: string };

/** For tracked time of whatever project. */
export const ALL_ENTRIES = () => true;

/** The days of which a number is, each of which opens what it is of. A day alone is open. */
export function DaysBehind({
  days,
  only,
  entries,
}: {
  days: DayBehind[];
  /** Which intervals it is of. */
  only?: (interval: TimelineInterval) => boolean;
  /** It is tracked time: of time entries of these projects, and of no intervals. */
  entries?: (project: string | null) => boolean;
}) {
  const [chosen, setChosen] = useState<string>();
  const date = chosen ?? (days.length === 1 ? days[0]?.date : undefined);
  if (date) {
    return (
      <Stack gap="xs">
        <Group justify="space-between">
          <Text fw={600} size="sm">
            {longDay(date)}
          </Text>
          {days.length > 1 && (
            <Anchor component="button" size="sm" onClick={() => setChosen(undefined)}>
              All days
            </Anchor>
          )}
        </Group>
        {entries ? (
          <EntriesOfDay date={date} only={entries} />
        ) : (
          <IntervalsOfDay date={date} only={only} />
        )}
      </Stack>
    );
  }
  return (
    <div>
      {days.map((day) => (
        <NavLink
          key={day.date}
          component="button"
          py={4}
          label={shortDay(day.date)}
          rightSection={<Text size="sm">{day.words}</Text>}
          onClick={() => setChosen(day.date)}
        />
      ))}
    </div>
  );
}
