import { Button, Table, Text, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import type { Partition, Stage } from "../../../api/schema";
import { Scrolled } from "../../../shared/Scrolled";
import { useDo } from "../../../shell/undo";
import { State } from "../State";
import { count, shortId } from "../words";
import { PauseDialog } from "./PauseDialog";
import { resuming } from "./pauses";

/** Who has each partition, where it stands, and halting it alone. */
export function Partitions({ of: stage }: { of: Stage }) {
  const [asked, setAsked] = useState<number | null>(null);
  const act = useDo();
  return (
    <>
      <Scrolled label={`Partitions of ${stage.stage}`} height={360}>
        <Table miw={520} verticalSpacing={4} stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Partition</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Process</Table.Th>
              <Table.Th ta="right" className="ops-number">
                Next offset
              </Table.Th>
              <Table.Th>
                <VisuallyHidden>Pause</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {stage.partitions.map((each) => (
              <Table.Tr key={each.partition}>
                <Table.Td>{each.partition}</Table.Td>
                <Table.Td>
                  <State of={stateOf(each)} />
                  {each.paused?.reason && (
                    <Text size="xs" className="ops-line" maw={140} title={each.paused.reason}>
                      {each.paused.reason}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{each.process ? shortId(each.process) : "nobody"}</Table.Td>
                <Table.Td ta="right" className="ops-number">
                  {count(each.next_offset)}
                </Table.Td>
                <Table.Td ta="right">
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`${each.paused ? "Resume" : "Pause"} partition ${each.partition} of ${stage.stage}`}
                    onClick={() =>
                      each.paused ? act(resuming(stage, each.partition)) : setAsked(each.partition)
                    }
                  >
                    {each.paused ? "Resume" : "Pause…"}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolled>
      <PauseDialog
        stage={stage}
        partition={asked}
        opened={asked !== null}
        close={() => setAsked(null)}
      />
    </>
  );
}

function stateOf({ paused, process, waiting, careful }: Partition): string {
  if (paused) return "paused";
  if (!process) return "absent";
  if (waiting) return "waiting";
  return careful ? "careful" : "running";
}
