import { useSearchParams } from "react-router";

type Parts = Record<string, string | null | undefined>;

/** Several parts of the URL at once. */
export function useSearch() {
  const [search, setSearch] = useSearchParams();
  return {
    search,
    /** Something else is shown, and Back leads here again: only these parts. */
    go: (parts: Parts) => setSearch(changed(new URLSearchParams(), parts)),
    /** The same is shown in another way. */
    change: (parts: Parts) => setSearch((before) => changed(before, parts), { replace: true }),
    /** A detail is opened beside what is shown; Back closes it. */
    open: (parts: Parts) => setSearch((before) => changed(before, parts)),
  };
}

function changed(before: URLSearchParams, parts: Parts): URLSearchParams {
  const next = new URLSearchParams(before);
  for (const [name, value] of Object.entries(parts)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}
