import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import type { Job } from "../../../api/schema";
import { State } from "../State";
import { count, counts } from "../words";
import { useJobActions } from "./useJob";

/** A job's progress and results, and what can be done about it. */
export function JobBar({ job }: { job: Job }) {
  const { cancel, goOn } = useJobActions();
  const share = job.total ? Math.floor((job.done / job.total) * 100) : 0;
  return (
    <Stack gap="xs">
      <Group justify="space-between" mih={30}>
        <Group gap="xs">
          <State of={job.state} />
          <Text size="sm" role="status" className="ops-number">
            {count(job.done)} of {count(job.total)}
          </Text>
        </Group>
        {job.state === "running" && (
          <Button size="xs" variant="default" onClick={() => cancel(job)}>
            Cancel
          </Button>
        )}
        {job.state === "cancelled" && (
          <Button size="xs" onClick={() => goOn(job)}>
            Continue
          </Button>
        )}
      </Group>
      <Progress value={share} aria-label={`${share} % is done`} />
      <Text size="sm" mih={22}>
        {counts(job.results)}
      </Text>
    </Stack>
  );
}
