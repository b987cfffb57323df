import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import type { Paused, Stage } from "../../../api/schema";
import { Section } from "../../../shared/Shown";
import { useDo } from "../../../shell/undo";
import { useNames } from "../names";
import { State } from "../State";
import { When } from "../When";
import { Details } from "./Details";
import { Figures } from "./Figures";
import { PauseDialog } from "./PauseDialog";
import { resuming } from "./pauses";
import { Quarantine } from "./Quarantine";

const MEANING: Partial<Record<Stage["state"], string>> = {
  breaker:
    "Most events fail, so it stopped by itself instead of burying everything. It tries again in a while.",
  waiting: "The database or Redis is away. Nothing is lost; it goes on by itself.",
  careful: "After a crash, events are looked at one by one.",
  absent: "No process runs it. Start one: timeflow up, or timeflow worker.",
};

export function StageCard({ stage }: { stage: Stage }) {
  const [isAsking, asking] = useDisclosure();
  const act = useDo();
  const meaning = MEANING[stage.state];
  const halted = stage.partitions.filter(({ paused }) => paused);
  const failed = stage.processes.find(({ last_error }) => last_error);
  return (
    <Section title={stage.stage} aside={<State of={stage.state} />}>
      <Stack gap="sm">
        {stage.paused && <PausedBy paused={stage.paused} />}
        {halted.length > 0 && (
          <Text size="sm">
            Paused by themselves: {halted.length === 1 ? "partition" : "partitions"}{" "}
            {halted.map(({ partition }) => partition).join(", ")}
          </Text>
        )}
        {meaning && <Text size="sm">{meaning}</Text>}
        <Figures stage={stage} />
        {failed?.last_error && (
          <Alert variant="default" title="The last error" p="xs">
            <Text size="sm" className="ops-breaking" lineClamp={3}>
              {failed.last_error}
            </Text>
            <Text size="xs" c="dimmed">
              <When at={failed.last_error_at} />
            </Text>
          </Alert>
        )}
        <Group gap="xs">
          {stage.paused ? (
            <Button
              size="xs"
              leftSection={<IconPlayerPlayFilled size={14} aria-hidden />}
              aria-label={`Resume ${stage.stage}`}
              onClick={() => act(resuming(stage, null))}
            >
              Resume
            </Button>
          ) : (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlayerPauseFilled size={14} aria-hidden />}
              aria-label={`Pause ${stage.stage}`}
              onClick={asking.open}
            >
              Pause…
            </Button>
          )}
          <Quarantine stage={stage} />
        </Group>
        <Details stage={stage} />
      </Stack>
      <PauseDialog stage={stage} partition={null} opened={isAsking} close={asking.close} />
    </Section>
  );
}

function PausedBy({ paused }: { paused: Paused }) {
  const named = useNames();
  return (
    <Text size="sm" className="ops-breaking">
      Paused by {named(paused.by)} on <When at={paused.at} />
      {paused.reason ? `: ${paused.reason}` : ", without a reason"}
    </Text>
  );
}
