import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { call, send } from "../../../api/calls";
import type { Problem } from "../../../api/problems";
import type { WebCategoryRulesNewRule as NewRule, Tried } from "../../../api/schema";
import { useToday } from "../../../shared/hooks";
import { addDays } from "../../../shared/time";

const TYPING_MS = 400;
/** As many as every person's history allows to try while typing. */
export const TRIAL_DAYS = 30;

/** What rules would do to the last days, beside what those in force do. */
export function useTrial(rules: NewRule[]) {
  const today = useToday();
  const body = { from: addDays(today, 1 - TRIAL_DAYS), to: today, rules };
  const [asked] = useDebouncedValue(JSON.stringify(body), TYPING_MS);
  return useQuery<Tried, Problem>({
    queryKey: ["/category-rules/dry-run", asked],
    queryFn: ({ signal }) =>
      send(call("post", "/category-rules/dry-run", { body: JSON.parse(asked) }), { signal }),
    placeholderData: keepPreviousData,
  });
}
