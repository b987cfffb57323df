import { TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Task } from "../../api/schema";
import { added } from "../../shared/tasks";
import { useDo } from "../../shell/undo";

/** A line below a task for what it is made of. */
export function SubtaskLine({ of, close }: { of: Task; close: () => void }) {
  const [title, setTitle] = useState("");
  const act = useDo();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!title.trim()) return close();
    if (busy) return;
    setBusy(true);
    if (await act(added({ title: title.trim(), parent_id: of.id }))) close();
    setBusy(false);
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        mt={4}
        size="xs"
        aria-label={`Subtask of ${of.title.slice(0, 100)}`}
        placeholder="Subtask"
        autoFocus
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Escape") close();
        }}
      />
    </form>
  );
}
