import { Anchor, SimpleGrid, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Stage } from "../../../api/schema";
import { count, rate, things } from "../words";

/** What a stage does and what went wrong with it, in numbers. */
export function Figures({ stage }: { stage: Stage }) {
  const letters = `?view=letters&stage=${stage.stage}&state=`;
  return (
    <SimpleGrid component="dl" cols={{ base: 2, xs: 3 }} spacing="xs" m={0}>
      <Figure name="Applied">{rate(stage.rate_events_s)}</Figure>
      <Figure name="Partitions">
        {stage.partitions.filter(({ process }) => process).length} of {stage.partitions.length} in{" "}
        {things(stage.processes.length, "process", "processes")}
      </Figure>
      <Figure name="Retries">{count(stage.retries)}</Figure>
      <Figure name="Open letters">
        <Anchor component={Link} to={`${letters}open`} inherit>
          {count(stage.open_letters)}
        </Anchor>
      </Figure>
      <Figure name="Retrying">
        <Anchor component={Link} to={`${letters}retrying`} inherit>
          {count(stage.retrying_letters)}
        </Anchor>
      </Figure>
      <Figure name="Quarantined">{count(stage.quarantined)}</Figure>
    </SimpleGrid>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0}>
        {children}
      </Text>
    </div>
  );
}
