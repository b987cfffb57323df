import { Anchor, Group, Progress, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useAll } from "../../api/queries";
import type { FollowedGoal } from "../../api/schema";
import { Empty, Section, Shown } from "../../shared/Shown";
import { duration } from "../../shared/time";

/** How far each goal is in its period, and how many periods in a row met it. */
export function Goals() {
  const goals = useAll("/goals");
  return (
    <Section
      title="Goals"
      aside={
        <Anchor component={Link} to="/settings?section=goals" size="sm">
          Change
        </Anchor>
      }
    >
      <Shown of={goals} height={80}>
        {(items) =>
          items.length ? (
            <Stack gap="sm">
              {items.map((goal) => (
                <Goal key={goal.id} goal={goal} />
              ))}
            </Stack>
          ) : (
            <Empty>No goals yet: “at least 4 hours of focus a day” is one.</Empty>
          )
        }
      </Shown>
    </Section>
  );
}

function Goal({ goal }: { goal: FollowedGoal }) {
  const { now } = goal;
  const words = (value: number) => (goal.metric === "tasks_done" ? `${value}` : duration(value));
  const target = now.target ?? goal.target;
  const share = target ? Math.min(100, (100 * now.value) / target) : 100;
  const isBroken = goal.op === "at_most" && !now.met;
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="sm" lineClamp={1} dir="auto">
          {goal.name}
        </Text>
        <Text size="sm">
          {now.target === null
            ? "not today"
            : `${words(now.value)} of ${goal.op === "at_most" ? "at most " : ""}${words(target)}`}
          {goal.streak > 0 && ` · ${goal.streak} in a row`}
        </Text>
      </Group>
      <Progress
        mt={4}
        value={share}
        color={isBroken ? "red" : now.met ? "green" : undefined}
        aria-label={goal.name}
      />
    </div>
  );
}
