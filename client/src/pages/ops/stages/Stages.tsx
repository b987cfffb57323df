import { Group, SimpleGrid, Stack } from "@mantine/core";
import { useGet } from "../../../api/queries";
import { Shown } from "../../../shared/Shown";
import { Fresh } from "../Fresh";
import { StageCard } from "./StageCard";

const EVERY_MS = 3000;

/** How every stage is in all processes together, and halting it. */
export function Stages() {
  const stages = useGet("/ops/stages", undefined, { refetchInterval: EVERY_MS });
  return (
    <Stack>
      <Group mih={22}>
        <Fresh of={stages} />
      </Group>
      <Shown of={stages} height={640}>
        {({ items }) => (
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            {items.map((stage) => (
              <StageCard key={stage.stage} stage={stage} />
            ))}
          </SimpleGrid>
        )}
      </Shown>
    </Stack>
  );
}
