import { type Change, useChange } from "../../api/changes";
import { Problem } from "../../api/problems";
import { say, useUndo } from "../../shell/undo";

/** For a form, which shows what is wrong at its fields: `problem` is that of the last try. */
export function useSubmit() {
  const change = useChange<never>();
  const takeBack = useUndo();
  async function submit<Answer>(made: Change<Answer>): Promise<{ answer: Answer } | null> {
    try {
      const answer: Answer = await change.mutateAsync(made as never);
      say(made.done, made.undo && takeBack);
      return { answer };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return null;
    }
  }
  return { submit, problem: change.error, busy: change.isPending, reset: change.reset };
}
