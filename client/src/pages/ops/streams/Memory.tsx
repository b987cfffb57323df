import { Progress, Stack, Text } from "@mantine/core";
import type { MemoryFacts } from "../../../api/schema";
import { bytes } from "../words";

/** How full Redis is, and where the API stops taking events. */
export function Memory({ memory }: { memory: MemoryFacts }) {
  const { used_bytes: used, maxmemory_bytes: most, intake_stops_at_bytes: stop } = memory;
  if (!most) {
    return (
      <Text size="sm">
        {bytes(used)} are used. No limit is set (maxmemory), so nothing stops before the machine is
        full.
      </Text>
    );
  }
  const share = Math.round((used / most) * 100);
  const isStopped = stop !== null && used >= stop;
  return (
    <Stack gap={6}>
      <Progress
        value={share}
        color={isStopped ? "red" : undefined}
        aria-label={`${share} % of the memory is used`}
      />
      <Text size="sm">
        {bytes(used)} of {bytes(most)} ({share} %).{" "}
        {isStopped
          ? "The API takes no events until stages have read and entries are trimmed."
          : `The API stops taking events at ${bytes(stop)}.`}
      </Text>
      {memory.policy !== "noeviction" && (
        <Text size="sm" fw={600}>
          maxmemory-policy is {memory.policy}: events may be thrown away. It must be noeviction.
        </Text>
      )}
    </Stack>
  );
}
