import { type InfiniteData, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { type AnswerOf, type Call, call, type PathOf, send } from "../../api/calls";
import type { Problem } from "../../api/problems";

type Cursor = string | number | null;
type Asked = { path?: Record<string, string>; query?: Record<string, unknown> };

/** A long list, page by page: `data.pages`, and `fetchNextPage` while there are more. */
export function usePages<P extends PathOf<"get">>(
  path: P,
  asked: Asked = {},
  options: { refetchInterval?: number } = {},
) {
  type Page = AnswerOf<P, "get">;
  return useInfiniteQuery<Page, Problem, InfiniteData<Page>, QueryKey, Cursor>({
    queryKey: [path, "pages", asked],
    queryFn: ({ pageParam: cursor, signal }) => {
      const input = { ...asked, query: { ...asked.query, cursor } };
      return send(call("get", path, ...([input] as never)) as Call<Page>, { signal });
    },
    initialPageParam: null,
    getNextPageParam: (last) => (last as unknown as { next_cursor: Cursor }).next_cursor,
    ...options,
  });
}
