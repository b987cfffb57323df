import { Badge, Button, Group, Kbd, List, Stack, Text } from "@mantine/core";
import { call } from "../../api/calls";
import { useGet } from "../../api/queries";
import type { Recommendation, TrackRecord } from "../../api/schema";
import { useKeys } from "../../shared/hooks";
import { useRecommendations } from "../../shared/recommendations";
import { Empty, Section, Shown } from "../../shared/Shown";
import { duration } from "../../shared/time";
import { startTimer } from "../../shell/TimerBar";
import { useDo } from "../../shell/undo";

const LATER_MIN = 60;

/** The one task to do now, and why; two keys do it or show another. */
export function NextTask() {
  const recommended = useRecommendations();
  // What runs is being done already.
  const { data: timer } = useGet("/timer");
  return (
    <Section title="Next">
      <Shown of={recommended} height={130}>
        {({ items, record }) => {
          const next = items.find(
            ({ kind, state, subject }) =>
              kind === "next_task" && state === "shown" && subject !== timer?.entry?.task_id,
          );
          return next ? (
            <Proposal next={next} record={record} />
          ) : (
            <Empty>
              Nothing waits to be done. <kbd>Q</kbd> adds a task; what to do next appears here, with
              the reason.
            </Empty>
          );
        }}
      </Shown>
    </Section>
  );
}

function Proposal({ next, record }: { next: Recommendation; record: TrackRecord }) {
  const act = useDo();
  const begin = async () => {
    await act({
      call: call("post", "/recommendations/{id}/accept", { path: { id: next.id } }),
      done: `Took “${next.title}”`,
      undo: () => [restored(next)],
    });
    await startTimer(act, { task_id: next.subject, description: next.title ?? "" });
  };
  const another = () =>
    act({
      call: call("post", "/recommendations/{id}/snooze", {
        path: { id: next.id },
        body: { minutes: LATER_MIN },
      }),
      done: `“${next.title}” comes again in an hour`,
      undo: () => [restored(next)],
    });
  useKeys([
    ["d", begin],
    ["s", another],
  ]);
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="start">
        <Text fw={650} size="lg" lineClamp={3} style={{ overflowWrap: "anywhere" }} dir="auto">
          {next.title}
        </Text>
        {next.p50_s !== null && (
          <Badge variant="default" tt="none">
            takes {duration(next.p50_s)}
            {next.p80_s !== null && next.p80_s > next.p50_s && ` to ${duration(next.p80_s)}`}
          </Badge>
        )}
      </Group>
      <List size="sm" c="dimmed">
        {next.reasons.map(({ words }) => (
          <List.Item key={words}>{words}</List.Item>
        ))}
      </List>
      <Group gap="xs">
        <Button size="xs" onClick={begin} rightSection={<Kbd size="xs">D</Kbd>}>
          Do it now
        </Button>
        <Button size="xs" variant="default" onClick={another} rightSection={<Kbd size="xs">S</Kbd>}>
          Show another
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        {wordsOf(record)}
      </Text>
    </Stack>
  );
}

export const restored = ({ id }: Recommendation) =>
  call("post", "/recommendations/{id}/restore", { path: { id } });

/** How good this order has been, so that nobody trusts it more than it deserves. */
export function wordsOf({ choices, top3_share, newest_share, state }: TrackRecord): string {
  if (top3_share === null || newest_share === null) return `How often this is right: ${state}`;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return `Of your last ${choices} choices, ${percent(top3_share)} were among the first three here; of the newest three, ${percent(newest_share)}.`;
}
