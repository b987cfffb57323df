/** What is done to a task, and how it is taken back. */
import { call } from "../../api/calls";
import type { Change } from "../../api/changes";
import type { Task, WebTasksTaskChange } from "../../api/schema";

const quoted = ({ title }: Task) => `“${title.length > 60 ? `${title.slice(0, 60)}…` : title}”`;

export const isOver = ({ status }: Task) => status === "done" || status === "cancelled";

export function toggled(task: Task): Change<Task> {
  const path = { id: task.id };
  const complete = call("post", "/tasks/{id}/complete", { path });
  const reopen = call("post", "/tasks/{id}/reopen", { path });
  return isOver(task)
    ? { call: reopen, done: `Reopened ${quoted(task)}`, undo: () => [complete] }
    : { call: complete, done: `Completed ${quoted(task)}`, undo: () => [reopen] };
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
    done: "Added a task",
    undo: ({ id }) => [call("delete", "/tasks/{id}", { path: { id } })],
  };
}
