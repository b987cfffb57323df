import { useCallback, useRef } from "react";
import { call } from "../../../api/calls";
import { queryClient } from "../../../api/queries";
import type { Rule, WebCategoryRulesRules as Rules } from "../../../api/schema";
import { useDo } from "../../../shell/undo";
import { setAgain } from "./rules";

/** Moves a rule some places down. One after the other: each begins where the one before ended. */
export function useMove() {
  const act = useDo();
  const before = useRef<Promise<void>>(Promise.resolve());
  const moveNow = useCallback(
    async ({ id, category }: Rule, by: number) => {
      const kept = queryClient.getQueryData<Rules>(["/category-rules", "/category-rules"]);
      const rules = kept?.items ?? [];
      const place = rules.findIndex((rule) => rule.id === id) + 1;
      const order = place + by;
      if (!place || order < 1 || order > rules.length) return;
      await act({
        call: call("patch", "/category-rules/{id}", { path: { id }, body: { order } }),
        done: `Moved “${category}” to place ${order}`,
        undo: () => setAgain(rules),
      });
    },
    [act],
  );
  return (rule: Rule, by: number) => {
    before.current = before.current.finally(() => moveNow(rule, by));
  };
}
