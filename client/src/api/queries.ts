/** How pages read: each answer is kept by its call, and read again when something changed. */
import {
  type InfiniteData,
  type keepPreviousData,
  QueryClient,
  type QueryKey,
  type UseQueryOptions,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { type AnswerOf, type Call, call, type Input, type PathOf, send } from "./calls";
import { Problem, pauseAfter } from "./problems";

const DAY_MS = 86_400_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: DAY_MS,
      networkMode: "always",
      retry: (_, error) => error instanceof Problem && error.isPassing,
      retryDelay: (failures, error) => pauseAfter(failures, error as Problem),
    },
    mutations: { networkMode: "always" },
  },
});

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

type Cursor = string | number | null;
type Asked = { path?: Record<string, string>; query?: Record<string, unknown> };

/** A long list, page by page: `data.pages`, and `fetchNextPage` while there are more. */
export function usePages<P extends PathOf<"get">>(
  path: P,
  asked: Asked = {},
  options: { refetchInterval?: number; placeholderData?: typeof keepPreviousData } = {},
) {
  type Answer = AnswerOf<P, "get">;
  return useInfiniteQuery<Answer, Problem, InfiniteData<Answer>, QueryKey, Cursor>({
    queryKey: [path, "pages", asked],
    queryFn: ({ pageParam: cursor, signal }) => {
      const input = { ...asked, query: { ...asked.query, cursor } };
      return send(call("get", path, ...([input] as never)) as Call<Answer>, { signal });
    },
    initialPageParam: null,
    getNextPageParam: (last) => (last as unknown as { next_cursor: Cursor }).next_cursor,
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
