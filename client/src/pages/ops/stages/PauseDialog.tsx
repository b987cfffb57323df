import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Stage } from "../../../api/schema";
import { useDo } from "../../../shell/undo";
import { pausing, placeOf } from "./pauses";

/** A pause of a stage or of a partition, and why: whoever comes next reads that. */
export function PauseDialog({
  stage,
  partition,
  opened,
  close,
}: {
  stage: Stage;
  partition: number | null;
  opened: boolean;
  close: () => void;
}) {
  const [reason, setReason] = useState("");
  const act = useDo();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    close();
    if (await act(pausing(stage, partition, reason.trim()))) setReason("");
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={`Pause ${placeOf(stage.stage, partition)}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">
            It holds until somebody resumes it, also after a restart. The API goes on taking events;
            they wait on the stream.
          </Text>
          <TextInput
            label="Reason"
            placeholder="a new rule is on its way"
            maxLength={500}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button type="submit">Pause</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
