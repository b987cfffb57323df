import { Alert, Text } from "@mantine/core";
import type { Problem } from "../../api/problems";
import { useNow } from "../../shared/hooks";
import { ago } from "../../shared/time";

type Read = {
  data: unknown;
  dataUpdatedAt: number;
  error: Problem | null;
  failureReason: Problem | null;
};

/** How old the numbers are; old ones are never shown as if they were new. */
export function Fresh({ of }: { of: Read }) {
  const now = useNow(1000);
  const problem = of.failureReason ?? of.error;
  if (of.data === undefined) return null;
  const age = ago(new Date(of.dataUpdatedAt).toISOString(), now);
  if (!problem)
    return (
      <Text c="dimmed" size="sm" className="ops-number">
        Updated {age}
      </Text>
    );
  return (
    <Alert color="yellow" role="status" title={`What is shown is from ${age}`}>
      {problem.message}
    </Alert>
  );
}
