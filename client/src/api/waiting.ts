/** Changes that the server has not answered yet, and that are sent until it has. */
import { type Call, send } from "./calls";
import { Problem, pauseAfter } from "./problems";
import { store } from "./store";

const waiting = store(0);

/** How many changes wait for a server that does not answer. */
export const useWaiting = waiting.useValue;

const count = (by: number) => waiting.set(waiting.get() + by);

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
        const pauseMs = pauseAfter(failures, error);
        failures += 1;
        await new Promise((resume) => setTimeout(resume, pauseMs));
      }
    }
  } finally {
    if (failures) count(-1);
  }
}
