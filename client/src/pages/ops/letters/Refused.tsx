import { Alert, Button, Group, Text } from "@mantine/core";
import type { Problem } from "../../../api/problems";
import { Failed } from "../../../shared/Shown";

/** Letters changed under the eyes of who looked at them: what was seen is not what would be done. */
const CHANGED = ["count-changed", "nothing-matches", "not-found"];

export function Refused({ problem, again }: { problem: Problem; again: () => void }) {
  if (!CHANGED.includes(problem.code)) return <Failed problem={problem} />;
  return (
    <Alert color="yellow" role="alert" title="These are not the letters you saw">
      <Group justify="space-between">
        <Text size="sm">
          {problem.message} Somebody acted on them, or they were tried again meanwhile. Nothing was
          done.
        </Text>
        <Button size="xs" variant="default" onClick={again}>
          Show what is there now
        </Button>
      </Group>
    </Alert>
  );
}
