import { List, Text } from "@mantine/core";
import type { Stage } from "../../../api/schema";
import { count, things } from "../words";

/** Events that ended processes and are not quarantined yet: that takes three. */
export function Suspects({ of: stage }: { of: Stage }) {
  return (
    <>
      <Text size="sm">An event that ends three processes is quarantined: an open dead letter.</Text>
      <List size="sm">
        {stage.suspects.map(({ partition, offset, index, deaths }) => (
          <List.Item key={`${partition} ${offset} ${index}`}>
            Partition {partition}, offset {count(offset)}, event {index}: ended{" "}
            {things(deaths, "time")} a process
          </List.Item>
        ))}
      </List>
    </>
  );
}
