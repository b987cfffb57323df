import { Accordion } from "@mantine/core";
import type { Stage } from "../../../api/schema";
import { Partitions } from "./Partitions";
import { Processes } from "./Processes";
import { Suspects } from "./Suspects";

/** The stage in its parts, for who looks for one. */
export function Details({ stage }: { stage: Stage }) {
  const parts = [
    { name: "Partitions", many: stage.partitions.length, shown: () => <Partitions of={stage} /> },
    { name: "Processes", many: stage.processes.length, shown: () => <Processes of={stage} /> },
    { name: "Suspects", many: stage.suspects.length, shown: () => <Suspects of={stage} /> },
  ].filter(({ many }) => many > 0);
  return (
    <Accordion
      multiple
      chevronPosition="left"
      chevronSize={16}
      keepMounted={false}
      styles={{
        label: { padding: "6px 0", fontSize: "var(--mantine-font-size-sm)" },
        content: { padding: 0 },
      }}
    >
      {parts.map(({ name, many, shown }) => (
        <Accordion.Item key={name} value={name}>
          <Accordion.Control px={0}>
            {name} ({many})
          </Accordion.Control>
          <Accordion.Panel>{shown()}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
