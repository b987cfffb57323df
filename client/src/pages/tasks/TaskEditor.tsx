import {
  Button,
  Group,
  Modal,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Task, WebTasksTaskChange } from "../../api/schema";
import { Conflict } from "../../shared/Conflict";
import { useProjects } from "../../shared/colors";
import { useMe } from "../../shared/hooks";
import { Failed } from "../../shared/Shown";
import { deleted, edited } from "../../shared/tasks";
import { instantOf, wallOf } from "../../shared/wall";
import { useDo, useSave } from "../../shell/undo";

const STATUS = ["todo", "doing", "waiting", "done", "cancelled"];
const PRIORITIES = ["none", "low", "medium", "high"].map((label, value) => ({
  label,
  value: `${value}`,
}));
const REPEATS = [
  { value: "", label: "Never" },
  { value: "FREQ=DAILY", label: "Every day" },
  { value: "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", label: "Every working day" },
  { value: "FREQ=WEEKLY", label: "Every week" },
  { value: "FREQ=MONTHLY", label: "Every month" },
  { value: "FREQ=YEARLY", label: "Every year" },
];

/** All of one task. */
export function TaskEditor({ task, close }: { task: Task | null; close: () => void }) {
  const { data: me } = useMe();
  return (
    <Modal
      opened={task !== null}
      onClose={close}
      title="Task"
      size="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {task && me && <Form key={task.id} task={task} zone={me.time_zone} close={close} />}
    </Modal>
  );
}

function Form({ task, zone, close }: { task: Task; zone: string; close: () => void }) {
  const projects = useProjects();
  const { save, problem, busy } = useSave();
  const act = useDo();
  const [began, setBegan] = useState(task);
  const [fields, setFields] = useState<WebTasksTaskChange>({});
  const now = { ...began, ...fields };
  const set = (changed: WebTasksTaskChange) => setFields({ ...fields, ...changed });
  const repeats = REPEATS.some(({ value }) => value === task.rrule)
    ? REPEATS
    : [...REPEATS, { value: task.rrule, label: task.rrule }];

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(fields).length === 0) return close();
    if (await save(edited(began, fields, began.version))) close();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Title"
          required
          dir="auto"
          data-autofocus
          value={now.title}
          error={problem?.of("title")}
          onChange={(event) => set({ title: event.currentTarget.value })}
        />
        <Textarea
          label="Notes"
          autosize
          minRows={2}
          maxRows={10}
          dir="auto"
          value={now.notes}
          error={problem?.of("notes")}
          onChange={(event) => set({ notes: event.currentTarget.value })}
        />
        <Group grow>
          <Select
            label="Project"
            clearable
            searchable
            data={projects.all.map(({ id, name }) => ({ value: id, label: name }))}
            value={now.project_id}
            onChange={(project_id) => set({ project_id })}
          />
          <TagsInput label="Tags" value={now.tags} onChange={(tags) => set({ tags })} />
        </Group>
        <Group grow>
          <TextInput
            label="Due"
            type="datetime-local"
            value={now.due_at ? wallOf(now.due_at, zone) : ""}
            error={problem?.of("due_at")}
            onChange={(event) => {
              const { value } = event.currentTarget;
              set({ due_at: value ? instantOf(value, zone) : null });
            }}
          />
          <TextInput
            label="Due in the course of"
            type="date"
            value={now.due_on ?? ""}
            error={problem?.of("due_on")}
            onChange={(event) => set({ due_on: event.currentTarget.value || null })}
          />
          <TextInput
            label="Planned for"
            type="date"
            value={now.planned_on ?? ""}
            error={problem?.of("planned_on")}
            onChange={(event) => set({ planned_on: event.currentTarget.value || null })}
          />
        </Group>
        <Group grow align="start">
          <NumberInput
            label="Estimate, minutes"
            min={0}
            value={now.estimate_s ? now.estimate_s / 60 : ""}
            error={problem?.of("estimate_s")}
            onChange={(value) => set({ estimate_s: value === "" ? null : Number(value) * 60 })}
          />
          <Select
            label="Status"
            data={STATUS}
            allowDeselect={false}
            value={now.status}
            onChange={(status) =>
              set({ status: (status ?? "todo") as WebTasksTaskChange["status"] })
            }
          />
          <Select
            label="Repeats"
            data={repeats}
            allowDeselect={false}
            value={now.rrule}
            error={problem?.of("rrule")}
            onChange={(rrule) => set({ rrule: rrule ?? "" })}
          />
        </Group>
        <SegmentedControl
          aria-label="Priority"
          data={PRIORITIES}
          value={`${now.priority}`}
          onChange={(priority) => set({ priority: Number(priority) })}
        />
        {problem?.status === 412 ? (
          <Conflict<Task> path={`/tasks/${task.id}`} take={setBegan} close={close} />
        ) : (
          problem && <Failed problem={problem} />
        )}
        <Group justify="space-between">
          <Button
            variant="subtle"
            color="red"
            onClick={() => {
              close();
              act(deleted(task));
            }}
          >
            Delete
          </Button>
          <Button type="submit" loading={busy}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
