import { Button, Group, Text } from "@mantine/core";
import { call } from "../../api/calls";
import { useGet } from "../../api/queries";
import { Section } from "../../shared/Shown";
import { useDo } from "../../shell/undo";

/** At most one a day is worth saying unasked; the others are in Reports. */
export function Insight() {
  const { data } = useGet("/insights", { query: { state: "new" } });
  const act = useDo();
  const pushed = data?.items.find(({ id }) => id === data.pushed);
  if (!pushed) return null;
  const { id } = pushed;
  const dismiss = () =>
    act({
      call: call("post", "/insights/{id}/dismiss", { path: { id } }),
      done: "Put away an insight",
      undo: () => [call("post", "/insights/{id}/restore", { path: { id } })],
    });
  return (
    <Section
      title="Noticed"
      aside={
        <Button size="compact-xs" variant="default" onClick={dismiss}>
          Put away
        </Button>
      }
    >
      <Text size="sm">{pushed.text}</Text>
      <Group mt={4}>
        <Text size="xs" c="dimmed">
          {pushed.method}, from {pushed.n} of the last {pushed.window_days} days
        </Text>
      </Group>
    </Section>
  );
}
