/**
 * How pages write. A change is sent until the server has answered, has its effect once, and says how
 * it is undone: as calls, which are kept, so that undo outlives a reload.
 */
import { useMutation } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { type Call, send } from "./calls";
import type { Problem } from "./problems";
import { refresh } from "./queries";

export type Change<Answer = unknown> = {
  call: Call<Answer>;
  /** What was done, in the past tense: "Deleted “Write report”". */
  done: string;
  /** What takes it back, given its answer; nothing where nothing can. */
  undo?: (answer: Answer) => Call[];
};

type Undoable = { done: string; calls: Call[] };

const KEPT = "timeflow.undo";
const MOST_KEPT = 50;

/** What else shows a thing that changes below a path. */
const SHOWN_BY: Record<string, string[]> = {
  tasks: ["/tasks", "/recommendations", "/goals", "/analytics", "/insights"],
  "time-entries": [
    "/time-entries",
    "/timer",
    "/drafts",
    "/analytics",
    "/goals",
    "/recommendations",
  ],
  timer: [
    "/time-entries",
    "/timer",
    "/drafts",
    "/analytics",
    "/goals",
    "/recommendations",
    "/tasks",
  ],
  drafts: ["/time-entries", "/drafts", "/analytics", "/goals"],
  projects: ["/projects", "/tasks", "/time-entries", "/drafts", "/analytics"],
  "category-rules": ["/category-rules", "/analytics", "/drafts"],
  devices: ["/devices", "/analytics", "/drafts"],
  events: ["/events", "/analytics", "/drafts", "/deletions", "/me/storage"],
  me: ["/me", "/analytics"],
  insights: ["/insights", "/digest"],
  ops: ["/ops"],
};

/** Read again what shows things below `path`. */
export function refreshBelow(path: string) {
  const [, root = ""] = path.split(/[/?]/);
  return refresh(...(SHOWN_BY[root] ?? [`/${root}`]));
}

let kept: Undoable[] = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
const listeners = new Set<() => void>();

function keep(next: Undoable[]) {
  kept = next.slice(-MOST_KEPT);
  localStorage.setItem(KEPT, JSON.stringify(kept));
  for (const listener of listeners) listener();
}

/** What `Ctrl+Z` takes back; the newest is last. */
export function useUndoable(): Undoable[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => kept,
  );
}

/** `change.mutateAsync({ call, done, undo })`; raises `Problem`. */
export function useChange<Answer = unknown>() {
  return useMutation<Answer, Problem, Change<Answer> & { key?: string }>({
    mutationKey: ["change"],
    onMutate: (change) => {
      change.key ??= key();
    },
    mutationFn: ({ call, key }) => send(call, { key }),
    onSuccess: async (answer, { call, done, undo }) => {
      if (undo) keep([...kept, { done, calls: undo(answer) }]);
      await refreshBelow(call.path);
    },
  });
}

/** Takes back the newest change; null: there is none. Raises `Problem`. */
export async function undo(): Promise<string | null> {
  const last = kept.at(-1);
  if (!last) return null;
  // Off the list first: what cannot be undone must not stand in the way of the one before.
  keep(kept.slice(0, -1));
  for (const each of last.calls) {
    await send(each, { key: key() });
    await refreshBelow(each.path);
  }
  return last.done;
}

/** Random; `crypto.randomUUID` is missing where a LAN address has no TLS. */
function key(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
