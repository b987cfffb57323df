import { Loader, TextInput } from "@mantine/core";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import type { Task } from "../../api/schema";
import { Conflict } from "../../shared/Conflict";
import { Failed } from "../../shared/Shown";
import { edited } from "../../shared/tasks";
import { useSave } from "../../shell/undo";

/** The title in place. It stays open, with what was typed, until the server has it. */
export function TitleEditor({ task, close }: { task: Task; close: () => void }) {
  const [title, setTitle] = useState(task.title);
  const [began, setBegan] = useState(task);
  const { save, problem, busy } = useSave();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const words = title.trim();
    if (busy) return;
    if (!words || words === began.title) return close();
    if (await save(edited(began, { title: words }, began.version))) close();
  };
  const byKey = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        aria-label="Title"
        autoFocus
        dir="auto"
        value={title}
        error={problem?.of("title")}
        rightSection={busy && <Loader size="xs" aria-label="Saving" />}
        onChange={(event) => setTitle(event.currentTarget.value)}
        onKeyDown={byKey}
      />
      {problem?.status === 412 ? (
        <Conflict<Task> path={`/tasks/${task.id}`} take={setBegan} close={close} />
      ) : (
        problem && <Failed problem={problem} />
      )}
    </form>
  );
}
