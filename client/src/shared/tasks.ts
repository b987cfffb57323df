/** What is done to a task, and how it is taken back. */
import { call } from "../api/calls";
import type { Change } from "../api/changes";
import type { Task, WebTasksTaskChange } from "../api/schema";

const LONGEST = 60;

const shortened = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
const quoted = ({ title }: Task) => `“${shortened(title)}”`;

export const isOver = ({ status }: Task) => status === "done" || status === "cancelled";

export function toggled(task: Task): Change<Task> {
  const path = { id: task.id };
  const complete = call("post", "/tasks/{id}/complete", { path });
  const reopen = call("post", "/tasks/{id}/reopen", { path });
  // Reopening makes it to do, which it may not have been.
  const status = task.status as WebTasksTaskChange["status"];
  const asBefore = call("patch", "/tasks/{id}", { path, body: { status } });
  if (task.status === "cancelled")
    return { call: reopen, done: `Reopened ${quoted(task)}`, undo: () => [asBefore] };
  if (task.status === "done")
    return { call: reopen, done: `Reopened ${quoted(task)}`, undo: () => [complete] };
  const undone = task.status === "todo" ? [reopen] : [reopen, asBefore];
  return { call: complete, done: `Completed ${quoted(task)}`, undo: () => undone };
}

export function planned(task: Task, planned_on: string | null): Change<Task> {
  return {
    ...edited(task, { planned_on }),
    done: planned_on ? `Planned ${quoted(task)} for ${planned_on}` : `Unplanned ${quoted(task)}`,
  };
}

/** `version` of the task as it was when the edit began: 412 if somebody changed it since. */
export function edited(task: Task, body: WebTasksTaskChange, version?: number): Change<Task> {
  const path = { id: task.id };
  const before = Object.fromEntries(
    Object.keys(body).map((field) => [field, task[field as keyof Task]]),
  ) as WebTasksTaskChange;
  return {
    call: call("patch", "/tasks/{id}", { path, body, version }),
    done: `Changed ${quoted(task)}`,
    undo: () => [call("patch", "/tasks/{id}", { path, body: before })],
  };
}

export function deleted(task: Task): Change<undefined> {
  const path = { id: task.id };
  return {
    call: call("delete", "/tasks/{id}", { path }),
    done: `Deleted ${quoted(task)}`,
    undo: () => [call("post", "/tasks/{id}/restore", { path })],
  };
}

export function added(body: { text?: string; title?: string; parent_id?: string }): Change<Task> {
  return {
    call: call("post", "/tasks", { body }),
    done: `Added “${shortened(body.text ?? body.title ?? "")}”`,
    undo: ({ id }) => [call("delete", "/tasks/{id}", { path: { id } })],
  };
}
