import { Alert, Button, Group, Text } from "@mantine/core";
import { call } from "../../api/calls";
import { useRecommendations } from "../../shared/recommendations";
import { useDo } from "../../shell/undo";
import { restored } from "./NextTask";

/** Only while the devices see that somebody has worked for long. */
export function BreakHint() {
  const { data } = useRecommendations();
  const act = useDo();
  const hint = data?.items.find(({ kind, state }) => kind === "break" && state === "shown");
  if (!hint) return null;
  const answer = (verb: "accept" | "dismiss", done: string) =>
    act({
      call: call("post", `/recommendations/{id}/${verb}`, { path: { id: hint.id } }),
      done,
      undo: () => [restored(hint)],
    });
  return (
    <Alert color="teal" title="Time for a break?" role="status">
      <Group justify="space-between">
        <Text size="sm">{hint.reasons.map(({ words }) => words).join("; ")}</Text>
        <Group gap="xs">
          <Button size="compact-xs" onClick={() => answer("accept", "Enjoy the break")}>
            I take one
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => answer("dismiss", "No more of that today")}
          >
            Not today
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}
