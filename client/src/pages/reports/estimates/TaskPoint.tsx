import { Paper, Text } from "@mantine/core";
import type { TooltipPayload } from "recharts";
import type { EstimatedTask } from "../../../api/schema";
import { duration } from "../../../shared/time";

/** What the point beneath the pointer is. */
export function TaskPoint({ payload }: { payload: TooltipPayload }) {
  const task = payload[0]?.payload as EstimatedTask | undefined;
  if (!task) return null;
  return (
    <Paper withBorder shadow="md" p="xs" maw={280}>
      <Text size="sm" fw={600} lineClamp={3} dir="auto">
        {task.title}
      </Text>
      <Text size="xs">
        {duration(task.actual_s)}, estimated {duration(task.estimate_s)}
      </Text>
    </Paper>
  );
}
