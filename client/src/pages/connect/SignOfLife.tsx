import { Anchor, Group, Loader, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { Link } from "react-router";
import { useGet } from "../../api/queries";
import type { Connect } from "../../api/schema";
import { useNow, useToday } from "../../shared/hooks";
import { Section } from "../../shared/Shown";
import { ago, duration } from "../../shared/time";

/** Whether events come, and what they made of today. */
export function SignOfLife({ found }: { found: Connect }) {
  const now = useNow(1000);
  const { first_event_at: first, last_event_at: last } = found;
  return (
    <Section title="3. The first minute">
      <Stack gap="xs" mih={64}>
        <Group gap="sm">
          {first ? (
            <IconCircleCheck size={22} color="var(--mantine-color-green-8)" aria-hidden />
          ) : (
            <Loader size="sm" aria-hidden />
          )}
          <Text fw={600} role="status">
            {first ? `First event ${ago(first, now)}` : "Waiting for the first event…"}
          </Text>
          {last && last !== first && (
            <Text size="sm" c="dimmed">
              latest {ago(last, now)}
            </Text>
          )}
        </Group>
        {first ? (
          <TodayThen />
        ) : (
          <Text size="sm" c="dimmed">
            This turns by itself, a moment after your program has sent something.
          </Text>
        )}
      </Stack>
    </Section>
  );
}

function TodayThen() {
  const today = useToday();
  const daily = useGet("/analytics/daily", { query: { from: today, to: today } });
  const active = daily.data?.days.find(({ date }) => date === today)?.active_s ?? 0;
  return (
    <Text size="sm" mih={22}>
      {active
        ? `${duration(active)} active today.`
        : "Time is counted between two events: the next one makes the first minute."}{" "}
      <Anchor component={Link} to="/today" inherit underline="always">
        See Today
      </Anchor>
    </Text>
  );
}
