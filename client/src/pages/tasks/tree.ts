import type { Task } from "../../api/schema";

export type Row = { task: Task; depth: number };

/** Subtasks below their task, in the order given; one whose task is not shown stands alone. */
export function rowsOf(tasks: Task[]): Row[] {
  const shown = new Set(tasks.map(({ id }) => id));
  const below = new Map<string | null, Task[]>();
  for (const task of tasks) {
    const parent = task.parent_id && shown.has(task.parent_id) ? task.parent_id : null;
    const siblings = below.get(parent);
    if (siblings) siblings.push(task);
    else below.set(parent, [task]);
  }
  const rows: Row[] = [];
  const waiting = (below.get(null) ?? []).map((task) => ({ task, depth: 0 })).reverse();
  for (let row = waiting.pop(); row; row = waiting.pop()) {
    rows.push(row);
    const depth = row.depth + 1;
    waiting.push(...(below.get(row.task.id) ?? []).map((task) => ({ task, depth })).reverse());
  }
  return rows;
}
