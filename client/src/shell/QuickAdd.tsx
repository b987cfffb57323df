import { Badge, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { call, send } from "../api/calls";
import type { Problem } from "../api/problems";
import type { ParsedTask } from "../api/schema";
import { useProjects } from "../shared/colors";
import { useDraftText, useMe } from "../shared/hooks";
import { Failed } from "../shared/Shown";
import { added } from "../shared/tasks";
import { dayAndClock, duration } from "../shared/time";
import { useSave } from "./undo";

const TYPING_MS = 200;

/** One line that says all of a task; what was understood is shown while it is typed. */
export function QuickAdd({ opened, close }: { opened: boolean; close: () => void }) {
  const [text, setText, taken] = useDraftText("quick-add");
  const [settled] = useDebouncedValue(text.trim(), TYPING_MS);
  const { save, problem, busy } = useSave();
  const parsed = useQuery<ParsedTask, Problem>({
    queryKey: ["/tasks/parse", settled],
    queryFn: () => send(call("post", "/tasks/parse", { body: { text: settled } })),
    enabled: opened && settled !== "",
  });
  const failure = problem ?? parsed.error;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const line = text.trim();
    if (!line || busy) return;
    if (await save(added({ text: line }))) {
      taken(line);
      close();
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title="Add a task"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Task"
            placeholder="Write report tomorrow 14:00 2h #work @website !high"
            data-autofocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Group gap="xs" mih={26} aria-live="polite">
            {parsed.data && settled ? <Understood task={parsed.data} /> : null}
          </Group>
          {failure && <Failed problem={failure} />}
          <Group justify="flex-end">
            <Button type="submit" loading={busy} disabled={!text.trim()}>
              Add
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Understood({ task }: { task: ParsedTask }) {
  const { named } = useProjects();
  const { data: me } = useMe();
  const pieces = [
    task.due_on && `due ${task.due_on}`,
    task.due_at && me && `due ${dayAndClock(task.due_at, me.time_zone)}`,
    task.planned_on && `planned ${task.planned_on}`,
    task.estimate_s && `takes ${duration(task.estimate_s)}`,
    task.project_id && named(task.project_id),
    task.priority ? `priority ${task.priority}` : null,
    task.rrule && "repeats",
    ...(task.tags ?? []).map((tag) => `#${tag}`),
  ].filter(Boolean);
  return (
    <>
      <Text size="sm">{task.title}</Text>
      {pieces.map((piece) => (
        <Badge key={piece} variant="default" tt="none">
          {piece}
        </Badge>
      ))}
    </>
  );
}
