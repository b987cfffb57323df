import { Card, SimpleGrid, Text } from "@mantine/core";
import { Difference } from "./Difference";
import { type Behind, Evidence } from "./Evidence";

export type Total = {
  name: string;
  now: number | null;
  before: number | null | undefined;
  words: (value: number) => string;
  behind: Pick<Behind, "how" | "derived" | "of">;
};

/** The few numbers that say most, each with what is behind it. */
export function Totals({ totals, compare }: { totals: Total[]; compare: boolean }) {
  return (
    <SimpleGrid cols={{ base: 2, md: totals.length }} spacing="sm">
      {totals.map(({ name, now, before, words, behind }) => (
        <Card key={name} withBorder padding="xs">
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <Text fz={{ base: 17, sm: 22 }} fw={650} lh={1.3}>
            <Evidence title={name} value={now === null ? "not known" : words(now)} {...behind} />
          </Text>
          {compare && <Difference now={now} before={before} words={words} />}
        </Card>
      ))}
    </SimpleGrid>
  );
}
