/** Changes that the server has not answered yet, and that are sent until it has. */
import { useSyncExternalStore } from "react";
import { type Call, send } from "./calls";
import { Problem } from "./problems";

const LONGEST_MS = 10_000;

let waiting = 0;
const listeners = new Set<() => void>();

function count(by: number) {
  waiting += by;
  for (const listener of listeners) listener();
}

/** How many changes wait for a server that does not answer. */
export const useWaiting = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting,
  );

/** The answer, however long it takes and whether or not the page is looked at; raises `Problem`. */
export async function sendUntilAnswered<Answer>(call: Call<Answer>, key: string): Promise<Answer> {
  let failures = 0;
  try {
    for (;;) {
      try {
        return await send(call, { key });
      } catch (error) {
        if (!(error instanceof Problem && error.isPassing)) throw error;
        if (failures === 0) count(1);
        const pause = error.retryAfterMs ?? Math.min(1000 * 2 ** failures, LONGEST_MS);
        failures += 1;
        await new Promise((resume) => setTimeout(resume, pause));
      }
    }
  } finally {
    if (failures) count(-1);
  }
}
