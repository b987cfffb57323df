import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { call, send } from "../../api/calls";
import type { Task } from "../../api/schema";

export type Field = "title" | "subtask";
/** `at`: where it stood among the tasks. */
type Typed = { task: Task; fields: Field[]; at: number };

/** Where something is typed: it stays there until that ends, also if the task fits no longer. */
export function useTyping(tasks: Task[] | undefined) {
  const [typed, setTyped] = useState<Typed[]>([]);
  const news = useQueries({ queries: typed.map(({ task }) => newsOf(task)) });
  const shown = tasks && withTyped(tasks, typed, news);
  const begin = (task: Task, field: Field) => {
    const at = shown?.findIndex(({ id }) => id === task.id) ?? 0;
    setTyped((before) => {
      const { fields } = before.find((each) => each.task.id === task.id) ?? { fields: [] };
      const others = before.filter((each) => each.task.id !== task.id);
      const all = [...others, { task, fields: [...new Set([...fields, field])], at }];
      return all.sort((one, two) => one.at - two.at);
    });
  };
  /** In one field, or in all of the task. */
  const end = ({ id }: Task, field?: Field) =>
    setTyped((before) =>
      before
        .map((each) =>
          each.task.id === id
            ? { ...each, fields: each.fields.filter((one) => field && one !== field) }
            : each,
        )
        .filter(({ fields }) => fields.length),
    );
  return {
    tasks: shown,
    typing: { fields: new Map(typed.map(({ task, fields }) => [task.id, fields])), begin, end },
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
