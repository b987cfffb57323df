import { Button, Group, Modal, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { call } from "../../api/calls";
import type { ListedEntry, TimeEntry } from "../../api/schema";
import { useDo, useSave } from "../../shell/undo";
import { Conflict } from "../Conflict";
import { useProjects } from "../colors";
import { Failed } from "../Shown";
import { instantOf, wallOf } from "../wall";

/** What a new entry begins with, or the entry that is changed. */
export type Edited = { start: string; end: string | null } & Partial<ListedEntry>;

/** One time entry in full: made, changed or deleted. */
export function EntryEditor({
  entry,
  zone,
  close,
}: {
  entry: Edited | null;
  zone: string;
  close: () => void;
}) {
  return (
    <Modal
      opened={entry !== null}
      onClose={close}
      title={entry?.id ? "Time entry" : "New time entry"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {entry && <Form key={entry.id ?? "new"} entry={entry} zone={zone} close={close} />}
    </Modal>
  );
}

function Form({ entry, zone, close }: { entry: Edited; zone: string; close: () => void }) {
  const projects = useProjects();
  const { save, problem, busy } = useSave();
  const act = useDo();
  const [began, setBegan] = useState(entry);
  const [description, setDescription] = useState(entry.description ?? "");
  const [project, setProject] = useState<string | null>(entry.project_id ?? null);
  const [tags, setTags] = useState(entry.tags ?? []);
  const [start, setStart] = useState(wallOf(entry.start, zone));
  const [end, setEnd] = useState(entry.end ? wallOf(entry.end, zone) : "");
  const { id } = entry;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = {
      description,
      project_id: project,
      tags,
      start: asBefore(start, entry.start, zone),
      ...(end || !id ? { end: asBefore(end, entry.end, zone) } : {}),
    };
    const saved = await save(
      id
        ? {
            call: call("patch", "/time-entries/{id}", {
              path: { id },
              body,
              version: began.version,
            }),
            done: "Changed a time entry",
            undo: () => [
              call("patch", "/time-entries/{id}", { path: { id }, body: beforeOf(began) }),
            ],
          }
        : {
            call: call("post", "/time-entries", { body }),
            done: "Made a time entry",
            undo: (made) => [call("delete", "/time-entries/{id}", { path: { id: made.id } })],
          },
    );
    if (saved) close();
  };
  const remove = async (id: string) => {
    close();
    await act({
      call: call("delete", "/time-entries/{id}", { path: { id } }),
      done: "Deleted a time entry",
      undo: () => [call("post", "/time-entries/{id}/restore", { path: { id } })],
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="What"
          data-autofocus
          value={description}
          error={problem?.of("description")}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Select
          label="Project"
          clearable
          searchable
          data={projects.all.map(({ id, name }) => ({ value: id, label: name }))}
          value={project}
          onChange={setProject}
        />
        <TagsInput label="Tags" value={tags} onChange={setTags} />
        <Group grow>
          <TextInput
            label="Start"
            type="datetime-local"
            required
            value={start}
            error={problem?.of("start")}
            onChange={(event) => setStart(event.currentTarget.value)}
          />
          <TextInput
            label="End"
            type="datetime-local"
            required={entry.end !== null}
            value={end}
            error={problem?.of("end")}
            onChange={(event) => setEnd(event.currentTarget.value)}
          />
        </Group>
        {problem?.status === 412 && id ? (
          <Conflict<TimeEntry> path={`/time-entries/${id}`} take={setBegan} close={close} />
        ) : (
          problem && <Failed problem={problem} />
        )}
        <Group justify="space-between">
          {id ? (
            <Button variant="subtle" color="red" onClick={() => remove(id)}>
              Delete
            </Button>
          ) : (
            <span />
          )}
          <Button type="submit" loading={busy}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A field shows no seconds, and not which of two equal hours: what nobody touched stays exact. */
function asBefore(wall: string, before: string | null, zone: string): string {
  return before && wall === wallOf(before, zone) ? before : instantOf(wall, zone);
}

function beforeOf({ description, project_id, tags, start, end }: Edited) {
  return { description, project_id, tags, start, end };
}
