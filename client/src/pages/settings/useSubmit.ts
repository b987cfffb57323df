import { type Change, useChange } from "../../api/changes";
import { Problem } from "../../api/problems";
import { say, useUndo } from "../../shell/undo";

/** For a form, which shows what is wrong at its fields: `problem` is that of the last try. */
export function useSubmit() {
  const change = useChange<never>();
  const takeBack = useUndo();
  async function submit<Answer>(made: Change<Answer>): Promise<{ answer: Answer } | null> {
    try {
      const sent: Change<Answer> & { key?: string } = { ...made };
      const answer: Answer = await change.mutateAsync(sent as never);
      say(made.done, made.undo && (() => takeBack(sent.key)));
      return { answer };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return null;
    }
  }
  return { submit, problem: change.error, busy: change.isPending, reset: change.reset };
}
