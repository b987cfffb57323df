import { Button, Group, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useDraftText } from "../../shared/hooks";
import { Failed } from "../../shared/Shown";
import { added } from "../../shared/tasks";
import { useSave } from "../../shell/undo";

/** A line above the list, for one task after the other; it stays until the server has the task. */
export function AddLine() {
  const [text, setText, taken] = useDraftText("task-line");
  const [sent, setSent] = useState("");
  const { save, problem, busy } = useSave();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const line = text.trim();
    if (!line || busy) return;
    setSent(line);
    if (await save(added({ text: line }))) taken(line);
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
        <Button type="submit" variant="default" loading={busy} disabled={!text.trim()}>
          Add
        </Button>
      </Group>
      {problem && text.trim() === sent && <Failed problem={problem} />}
    </form>
  );
}
