/**
 * How pages write. A change is sent until the server has answered, has its effect once, and says how
 * it is undone: as calls, which are kept, so that undo outlives a reload.
 */

import { useMutation } from "@tanstack/react-query";
import { type Call, send } from "./calls";
import { remember } from "./own";
import { Problem } from "./problems";
import { refresh } from "./queries";
import { storage } from "./storage";
import { sendUntilAnswered } from "./waiting";

export type Change<Answer = unknown> = {
  call: Call<Answer>;
  /** What was done, in the past tense: "Deleted “Write report”". */
  done: string;
  /** What takes it back, given its answer; nothing where nothing can. */
  undo?: (answer: Answer) => Call[];
};

/** `id`: the key that the change was sent with. */
type Undoable = { id: string; done: string; calls: Call[] };

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

/** What `Ctrl+Z` takes back in any window; the newest is last. */
const undoable = (): Undoable[] => JSON.parse(storage.getItem(KEPT) ?? "[]");

function keep(next: Undoable[]) {
  storage.setItem(KEPT, JSON.stringify(next.slice(-MOST_KEPT)));
}

/** `change.mutateAsync({ call, done, undo })`; raises `Problem`. */
export function useChange<Answer = unknown>() {
  return useMutation<Answer, Problem, Change<Answer> & { key?: string }>({
    mutationKey: ["change"],
    onMutate: (change) => {
      change.key ??= key();
    },
    mutationFn: async ({ call, key = "" }) => {
      const answer = await sendUntilAnswered(call, key);
      remember(answer);
      return answer;
    },
    onSuccess: async (answer, { call, done, undo, key: id = "" }) => {
      if (undo) keep([...undoable(), { id, done, calls: undo(answer) }]);
      await refreshBelow(call.path);
    },
  });
}

let before: Promise<unknown> = Promise.resolve();

/** Takes back a change, else the newest; null: there is none. Raises `Problem`. */
export function undo(id?: string): Promise<string | null> {
  // One after the other: of two on the way at once the later could arrive first.
  const taken = before.then(() => takeBack(id));
  before = taken.catch(() => undefined);
  return taken;
}

async function takeBack(id?: string): Promise<string | null> {
  const last = id ? undoable().find((each) => each.id === id) : undoable().at(-1);
  if (!last) return null;
  // Off the list first: what cannot be undone must not stand in the way of the one before.
  keep(undoable().filter((each) => each.id !== last.id));
  try {
    for (const [index, each] of last.calls.entries()) {
      remember(await send(each, { key: `${last.id}${index}` }));
      await refreshBelow(each.path);
    }
  } catch (error) {
    if (error instanceof Problem && error.isPassing) keep([...undoable(), last]);
    throw error;
  }
  return last.done;
}

/** Random; `crypto.randomUUID` is missing where a LAN address has no TLS. */
function key(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
