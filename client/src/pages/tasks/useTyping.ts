import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { call, send } from "../../api/calls";
import type { Task } from "../../api/schema";

export type Field = "title" | "subtask";
/** `at`: where it stood among the tasks. */
type Typed = { task: Task; field: Field; at: number };

/** Where something is typed: it stays there until that ends, also if the task fits no longer. */
export function useTyping(tasks: Task[] | undefined) {
  const [typed, setTyped] = useState<Typed[]>([]);
  const news = useQueries({ queries: typed.map(({ task }) => newsOf(task)) });
  const shown = tasks && withTyped(tasks, typed, news);
  const end = ({ id }: Task) => setTyped((before) => before.filter(({ task }) => task.id !== id));
  const begin = (task: Task, field: Field) => {
    end(task);
    const at = shown?.findIndex(({ id }) => id === task.id) ?? 0;
    setTyped((before) => [...before, { task, field, at }].sort((one, two) => one.at - two.at));
  };
  return {
    tasks: shown,
    typing: { fields: new Map(typed.map(({ task, field }) => [task.id, field])), begin, end },
  };
}

export type Typing = ReturnType<typeof useTyping>["typing"];

/** The task as it is elsewhere, too. */
const newsOf = (task: Task) => {
  const made = call("get", "/tasks/{id}", { path: { id: task.id } });
  return {
    queryKey: ["/tasks/{id}", made.path],
    queryFn: ({ signal }: { signal: AbortSignal }) => send(made, { signal }),
    initialData: task,
  };
};

function withTyped(tasks: Task[], typed: Typed[], news: { data: Task }[]): Task[] {
  const there = new Set(tasks.map(({ id }) => id));
  const all = [...tasks];
  for (const [n, { task, at }] of typed.entries()) {
    if (!there.has(task.id)) all.splice(at, 0, news[n]?.data ?? task);
  }
  return all.length > tasks.length ? all : tasks;
}
