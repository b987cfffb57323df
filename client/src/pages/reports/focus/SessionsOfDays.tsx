import { Anchor, Group, NavLink, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Empty } from "../../../shared/Shown";
import { clock, duration, longDay, shortDay } from "../../../shared/time";
import type { Focus, FocusDay } from "../answers";
import { Pieces } from "../Pieces";

/** Days, each of which opens its focus sessions. A day alone is open. */
export function SessionsOfDays({
  focus,
  days,
  words,
}: {
  focus: Focus;
  days: FocusDay[];
  words: (day: FocusDay) => string;
}) {
  const [chosen, setChosen] = useState<FocusDay>();
  const day = chosen ?? (days.length === 1 ? days[0] : undefined);
  if (!day) {
    return (
      <div>
        {days.map((each) => (
          <NavLink
            key={each.date}
            component="button"
            py={4}
            label={shortDay(each.date)}
            rightSection={<Text size="sm">{words(each)}</Text>}
            onClick={() => setChosen(each)}
          />
        ))}
      </div>
    );
  }
  const zone = focus.time_zone;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600} size="sm">
          {longDay(day.date)}
        </Text>
        {days.length > 1 && (
          <Anchor component="button" size="sm" onClick={() => setChosen(undefined)}>
            All days
          </Anchor>
        )}
      </Group>
      {day.focus_sessions.length ? (
        <Pieces
          label="Focus sessions"
          pieces={day.focus_sessions.map((each) => ({
            key: each.start,
            when: `${clock(each.start, zone)} – ${clock(each.end, zone)}`,
            what: each.category || "No category",
            more: each.active_s >= focus.parameters.deep_from_s ? "deep work" : "",
            lasted: duration(each.active_s),
          }))}
        />
      ) : (
        <Empty>No stretch of this day was long enough to be focus.</Empty>
      )}
      <Text size="xs" c="dimmed">
        {day.sessions} sessions, the median {duration(day.session_median_s)}; {day.switches}{" "}
        switches. Computed {clock(day.computed_at, zone)}.
      </Text>
    </Stack>
  );
}
