import { Button, Group, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useChange } from "../../api/changes";
import type { Task } from "../../api/schema";
import { useDraftText } from "../../shared/hooks";
import { Failed } from "../../shared/Shown";
import { say, useUndo } from "../../shell/undo";
import { added } from "./changes";

/** A line above the list, for one task after the other; it stays until the server has the task. */
export function AddLine() {
  const [text, setText, taken] = useDraftText("task-line");
  const [sent, setSent] = useState("");
  const change = useChange<Task>();
  const undo = useUndo();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const line = text.trim();
    if (!line || change.isPending) return;
    setSent(line);
    change.mutate(added({ text: line }), {
      onSuccess: ({ title }, { key }) => {
        taken(line);
        say(`Added “${title}”`, () => undo(key));
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="start" wrap="nowrap">
        <TextInput
          flex={1}
          aria-label="New task"
          placeholder="New task: Write report tomorrow 2h #work @website"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={change.isPending} disabled={!text.trim()}>
          Add
        </Button>
      </Group>
      {change.error && text.trim() === sent && <Failed problem={change.error} />}
    </form>
  );
}
