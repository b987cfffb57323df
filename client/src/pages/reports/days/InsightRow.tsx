import { Badge, Button, Group, Paper, Text } from "@mantine/core";
import { call } from "../../../api/calls";
import type { Insight } from "../../../api/schema";
import { shortDay } from "../../../shared/time";
import { useDo } from "../../../shell/undo";
import { useEvidence } from "../Evidence";
import { InsightEvidence } from "./InsightEvidence";

/** A sentence with its numbers, and what can be done with it. */
export function InsightRow({ insight, isToday }: { insight: Insight; isToday: boolean }) {
  const open = useEvidence();
  const act = useDo();
  const path = { path: { id: insight.id } };
  const dismiss = call("post", "/insights/{id}/dismiss", path);
  const restore = call("post", "/insights/{id}/restore", path);
  return (
    <Paper withBorder p="sm" component="article">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {insight.text}
      </Text>
      <Group justify="space-between" mt="xs" gap="xs">
        <Group gap="xs">
          <Badge variant="default" tt="none">
            {insight.kind.replaceAll("_", " ")}
          </Badge>
          <Text size="xs" c="dimmed">
            {shortDay(insight.day)}
            {isToday && ", today's"}
          </Text>
        </Group>
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Evidence: ${insight.text.slice(0, 80)}`}
            onClick={() =>
              open({
                title: "Evidence",
                value: insight.kind.replaceAll("_", " "),
                how: insight.text,
                of: <InsightEvidence insight={insight} />,
              })
            }
          >
            Evidence
          </Button>
          {insight.state === "new" && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Dismiss: ${insight.text.slice(0, 80)}`}
              onClick={() =>
                act({ call: dismiss, done: "Dismissed an insight", undo: () => [restore] })
              }
            >
              Dismiss
            </Button>
          )}
          {insight.state === "dismissed" && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Restore: ${insight.text.slice(0, 80)}`}
              onClick={() =>
                act({ call: restore, done: "Restored an insight", undo: () => [dismiss] })
              }
            >
              Restore
            </Button>
          )}
        </Group>
      </Group>
    </Paper>
  );
}
