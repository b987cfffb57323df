/** How pages read: each answer is kept by its call, and read again when something changed. */
import { QueryClient, type UseQueryOptions, useQuery } from "@tanstack/react-query";
import { type AnswerOf, type Call, call, type Input, type PathOf, send } from "./calls";
import { Problem } from "./problems";

const DAY_MS = 86_400_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: DAY_MS,
      networkMode: "always",
      retry: (_, error) => error instanceof Problem && error.isPassing,
      retryDelay: backoff,
    },
    mutations: { networkMode: "always" },
  },
});

function backoff(failures: number, error: Error): number {
  const asked = error instanceof Problem ? error.retryAfterMs : null;
  return asked ?? Math.min(1000 * 2 ** failures, 10_000);
}

type Options<Answer> = Omit<UseQueryOptions<Answer, Problem>, "queryKey" | "queryFn">;

/** What `GET path` answers. */
export function useGet<P extends PathOf<"get">>(
  path: P,
  input?: Input<P, "get">,
  options?: Options<AnswerOf<P, "get">>,
) {
  const made = call("get", path, ...([input] as never)) as Call<AnswerOf<P, "get">>;
  return useQuery<AnswerOf<P, "get">, Problem>({
    queryKey: [path, made.path],
    queryFn: ({ signal }) => send(made, { signal }),
    ...options,
  });
}

type Page<Item> = { items: Item[]; next_cursor?: string | null };
type ItemOf<P extends PathOf<"get">> = AnswerOf<P, "get"> extends Page<infer Item> ? Item : never;

/** All items of a list that is short: of projects, devices, rules; never of tasks or events. */
export function useAll<P extends PathOf<"get">>(
  path: P,
  query: Record<string, unknown> = {},
  options?: Options<ItemOf<P>[]>,
) {
  return useQuery<ItemOf<P>[], Problem>({
    queryKey: [path, "all", query],
    queryFn: async ({ signal }) => {
      const items: ItemOf<P>[] = [];
      let cursor: string | null | undefined;
      do {
        const asked = { query: { ...query, cursor } };
        const made: Call<unknown> = call("get", path, ...([asked] as never));
        const page = (await send(made, { signal })) as Page<ItemOf<P>>;
        items.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor);
      return items;
    },
    ...options,
  });
}

/** Read again whatever is shown of these paths. */
export function refresh(...starts: string[]) {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey }) =>
      starts.some((start) => typeof queryKey[0] === "string" && queryKey[0].startsWith(start)),
  });
}
