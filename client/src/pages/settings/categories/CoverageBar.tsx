import { Group, Progress, Stack, Text } from "@mantine/core";
import type { Coverage } from "../../../api/schema";

/** The share of active time that has a category. */
export function CoverageBar({ label, of }: { label: string; of: Coverage }) {
  const share = of.coverage;
  const words = share === null ? "no activity yet" : `${(share * 100).toFixed(1)} %`;
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{label}</Text>
        <Text size="sm" fw={600}>
          {words}
        </Text>
      </Group>
      <Progress value={(share ?? 0) * 100} aria-label={`${label}: ${words}`} />
    </Stack>
  );
}
