import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { usePages } from "../../api/queries";

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
  const query = usePages(
    "/tasks",
    { query: { ...filters, limit: PAGE } },
    { placeholderData: keepPreviousData },
  );
  const tasks = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data]);
  return { ...query, data: tasks };
}
