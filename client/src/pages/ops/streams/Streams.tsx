import { Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useGet } from "../../../api/queries";
import { Section, Shown } from "../../../shared/Shown";
import { Fresh } from "../Fresh";
import { count, seconds } from "../words";
import { Behind } from "./Behind";
import { Lag } from "./Lag";
import { Memory } from "./Memory";
import { sumsOf } from "./sums";
import { Topics } from "./Topics";

const EVERY_MS = 3000;

/** How far every stage has read, what the streams hold, and how full they are. */
export function Streams() {
  const streams = useGet("/ops/streams", undefined, { refetchInterval: EVERY_MS });
  return (
    <Stack>
      <Group mih={22}>
        <Fresh of={streams} />
      </Group>
      <Shown of={streams} height={640}>
        {({ items, topics, memory, outbox }) => (
          <>
            <Section title="Lag" aside={<Behind sums={sumsOf(items)} />}>
              <Lag sums={sumsOf(items)} />
            </Section>
            <Section title="What the streams hold">
              <Topics topics={topics} />
            </Section>
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              <Section title="Memory of Redis">
                <Memory memory={memory} />
              </Section>
              <Section title="Outbox">
                <Text size="sm">
                  {outbox.waiting === 0
                    ? "Every change of tasks, time entries and segments is on the stream."
                    : `${count(outbox.waiting)} changes are not on the stream yet; the oldest has waited ${seconds(outbox.oldest_age_s)}.`}
                </Text>
              </Section>
            </SimpleGrid>
          </>
        )}
      </Shown>
    </Stack>
  );
}
