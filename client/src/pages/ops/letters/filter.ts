/** Which dead letters are shown, as the URL has it. */
import type { Letters, Meant } from "../../../api/schema";
import { useSearch } from "../search";

const NAMES = ["stage", "error", "user", "since", "until", "q"] as const;
/** What waits for an operator. */
const FIRST_STATE = "open";
export const EVERY_STATE = "all";
export const STATES = ["open", "retrying", "discarded", "done", EVERY_STATE];

export type Filter = Partial<Record<(typeof NAMES)[number] | "state", string>>;

export function useFilter() {
  const { search, change } = useSearch();
  const state = search.get("state") ?? FIRST_STATE;
  const filter: Filter = {};
  for (const name of NAMES) {
    const value = search.get(name);
    if (value) filter[name] = value;
  }
  if (state !== EVERY_STATE) filter.state = state;
  return {
    filter,
    state,
    set: (parts: { [Name in keyof Filter]: string | null }) =>
      change(parts.state === FIRST_STATE ? { ...parts, state: null } : parts),
    clear: () => change(Object.fromEntries([...NAMES, "state"].map((name) => [name, null]))),
  };
}

const NOTHING: Letters = {
  stage: null,
  topic: null,
  partition: null,
  error: null,
  user: null,
  since: null,
  until: null,
  q: null,
  state: null,
};
const MEANT: Meant = {
  ids: null,
  filter: null,
  as_of: null,
  expected_count: null,
  dry_run: false,
  rate: null,
};

export const meantByIds = (ids: string[]): Meant => ({ ...MEANT, ids });

/** All that the filter means, as of what was seen: with another count the server refuses. */
export const meantByFilter = (filter: Filter, seen: { as_of: string; total: number }): Meant => ({
  ...MEANT,
  filter: { ...NOTHING, ...(filter as Partial<Letters>) },
  as_of: seen.as_of,
  expected_count: seen.total,
});
