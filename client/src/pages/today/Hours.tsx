import { Anchor, Group, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import type { DayTotals } from "../../api/schema";
import { colorOf, useProjects } from "../../shared/colors";
import { Empty } from "../../shared/Shown";
import { duration } from "../../shared/time";

const MOST = 6;

/** The sums of a day, and what they are made of. */
export function Hours({ day }: { day: DayTotals }) {
  const projects = useProjects();
  if (!day.active_s && !day.tracked_s) {
    return (
      <Empty>
        No time yet on this day. Start the timer with <kbd>Space</kbd>, or{" "}
        <Anchor component={Link} to="/connect" underline="always">
          connect your editor
        </Anchor>{" "}
        and it fills by itself.
      </Empty>
    );
  }
  return (
    <Stack>
      <SimpleGrid cols={3}>
        <Total name="Active" seconds={day.active_s} title="Seen by your devices" />
        <Total name="Focus" seconds={day.focus_s ?? 0} title="In sessions without interruption" />
        <Total name="Tracked" seconds={day.tracked_s ?? 0} title="In your time entries" />
      </SimpleGrid>
      <Shares name="By category" shares={day.by_category} colored={colorOf} />
      <Shares name="By project" shares={day.by_project} colored={projects.coloredByName} />
    </Stack>
  );
}

function Total({ name, seconds, title }: { name: string; seconds: number; title: string }) {
  return (
    <div title={title}>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fw={700} size="lg">
        {duration(seconds)}
      </Text>
    </div>
  );
}

function Shares({
  name,
  shares = {},
  colored,
}: {
  name: string;
  shares?: Record<string, number>;
  colored: (key: string) => string;
}) {
  const ordered = Object.entries(shares).sort(([, a], [, b]) => b - a);
  const whole = ordered.reduce((sum, [, seconds]) => sum + seconds, 0);
  if (!whole) return null;
  const shown = ordered.slice(0, MOST);
  const rest = ordered.slice(MOST).reduce((sum, [, seconds]) => sum + seconds, 0);
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {name}
      </Text>
      <Progress.Root size="lg" aria-hidden>
        {shown.map(([key, seconds]) => (
          <Progress.Section
            key={key}
            value={(100 * seconds) / whole}
            color={colored(key)}
            withAria={false}
          />
        ))}
      </Progress.Root>
      <Group gap="md" mt={6} component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {shown.map(([key, seconds]) => (
          <li key={key}>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              <Text span c={colored(key)} aria-hidden>
                ●
              </Text>{" "}
              {key || "none"} <b>{duration(seconds)}</b>
            </Text>
          </li>
        ))}
        {rest > 0 && (
          <li>
            <Text size="sm" c="dimmed">
              {ordered.length - MOST} more {duration(rest)}
            </Text>
          </li>
        )}
      </Group>
    </div>
  );
}
