import { Button, Group, Loader, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { call } from "../../../api/calls";
import type { Run } from "../../../api/schema";
import { useDo } from "../../../shell/undo";
import { Confirm } from "../Confirm";

/** The rules over what is kept already, and how far that is. */
export function RedactionRun({ run, hasRules }: { run: Run | null; hasRules: boolean }) {
  const [isAsking, asking] = useDisclosure();
  const act = useDo();
  const isRunning = run !== null && run.done_at === null;
  const apply = async () => {
    asking.close();
    await act({
      call: call("post", "/redaction-rules/apply", {}),
      done: "The rules are being applied to everything that is kept",
    });
  };
  return (
    <Group justify="space-between" mih={36}>
      <Group gap="xs" role="status">
        {isRunning && <Loader size="xs" aria-hidden />}
        <Text size="sm" c="dimmed">
          {run ? wordsOf(run) : "New events only, so far."}
        </Text>
      </Group>
      <Button variant="default" onClick={asking.open} disabled={!hasRules || isRunning}>
        Apply to history
      </Button>
      <Confirm
        title="Apply the rules to history?"
        action="Apply to history"
        opened={isAsking}
        close={asking.close}
        confirm={apply}
      >
        <Text size="sm">
          Everything that is kept becomes what it would be if it came now. What goes cannot be
          brought back, also not by ending a rule.
        </Text>
      </Confirm>
    </Group>
  );
}

function wordsOf({ looked_at, changed, done_at }: Run): string {
  const counts = `${looked_at} events looked at, ${changed} changed`;
  if (done_at) return `Applied to history: ${counts}.`;
  return looked_at ? `Being applied: ${counts} so far.` : "Begins within some ten seconds.";
}
