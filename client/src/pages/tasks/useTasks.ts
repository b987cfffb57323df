import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call, send } from "../../api/calls";
import type { Problem } from "../../api/problems";
import type { TaskPage } from "../../api/schema";

const PAGE = 500;

export type Filters = {
  status: string;
  project: string;
  tag: string;
  q: string;
  sort: string;
};

/** The tasks that fit, page by page as they are scrolled to. */
export function useTasks(filters: Filters) {
  const query = useInfiniteQuery<
    TaskPage,
    Problem,
    { pages: TaskPage[] },
    unknown[],
    string | null
  >({
    queryKey: ["/tasks", "pages", filters],
    queryFn: ({ pageParam: cursor, signal }) => {
      const asked = { ...filters, cursor, limit: PAGE } as never;
      return send(call("get", "/tasks", { query: asked }), { signal });
    },
    initialPageParam: null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: (before) => before,
  });
  const tasks = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data]);
  return { ...query, data: tasks };
}
