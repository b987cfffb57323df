import { Group, Table, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { count, rate, seconds } from "../words";
import { Forget } from "./Forget";
import type { Sum } from "./sums";

/** A group: its sum, and its partitions once they are unfolded. */
export function LagRows({ sum }: { sum: Sum }) {
  const [isOpen, { toggle }] = useDisclosure();
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <>
      <Table.Tr>
        <Table.Td>
          <Group gap="xs" wrap="nowrap">
            <UnstyledButton onClick={toggle} aria-expanded={isOpen}>
              <Group gap={6} wrap="nowrap">
                <Chevron size={16} aria-hidden />
                <Text size="sm" fw={600}>
                  {sum.topic}
                </Text>
                <Text size="sm" c="dimmed">
                  {sum.group}
                </Text>
              </Group>
            </UnstyledButton>
            <Forget group={sum.group} />
          </Group>
        </Table.Td>
        <Figures of={sum} />
      </Table.Tr>
      {isOpen &&
        sum.partitions.map((each) => (
          <Table.Tr key={each.partition}>
            <Table.Td pl={32}>
              <Text size="sm" c="dimmed" className="ops-number">
                partition {each.partition}, at {count(each.committed)} of {count(each.end)}
              </Text>
            </Table.Td>
            <Figures of={each} />
          </Table.Tr>
        ))}
    </>
  );
}

function Figures({ of }: { of: Omit<Sum, "topic" | "group" | "partitions"> }) {
  const isBehind = of.lag_events !== 0;
  const figures = {
    events: count(of.lag_events),
    entries: count(of.lag_entries),
    oldest: isBehind ? seconds(of.oldest_age_s) : "—",
    rate: rate(of.rate_events_s),
    drain: isBehind ? seconds(of.drain_s) : "—",
  };
  return Object.entries(figures).map(([name, words]) => (
    <Table.Td key={name} ta="right" className="ops-number" fw={isBehind ? 650 : undefined}>
      {words}
    </Table.Td>
  ));
}
