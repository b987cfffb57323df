import { Loader, TextInput } from "@mantine/core";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useChange } from "../../api/changes";
import type { Task } from "../../api/schema";
import { Conflict } from "../../shared/Conflict";
import { Failed } from "../../shared/Shown";
import { say, useUndo } from "../../shell/undo";
import { edited } from "./changes";

/** The title in place. It stays open, with what was typed, until the server has it. */
export function TitleEditor({ task, close }: { task: Task; close: () => void }) {
  const [title, setTitle] = useState(task.title);
  const [began] = useState(task);
  const [version, setVersion] = useState(task.version);
  const change = useChange<Task>();
  const undo = useUndo();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const words = title.trim();
    if (change.isPending) return;
    if (!words || words === began.title) return close();
    change.mutate(edited(began, { title: words }, version), {
      onSuccess: (_, { key }) => {
        close();
        say("Changed the title", () => undo(key));
      },
    });
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
        error={change.error?.of("title")}
        rightSection={change.isPending && <Loader size="xs" aria-label="Saving" />}
        onChange={(event) => setTitle(event.currentTarget.value)}
        onKeyDown={byKey}
      />
      {change.error?.status === 412 ? (
        <Conflict path={`/tasks/${task.id}`} take={setVersion} close={close} />
      ) : (
        change.error && <Failed problem={change.error} />
      )}
    </form>
  );
}
