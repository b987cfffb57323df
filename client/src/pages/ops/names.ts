import { useGet } from "../../api/queries";
import { shortId } from "./words";

const MOST = 500;

const useUsers = () => useGet("/users", { query: { limit: MOST } }, { staleTime: 300_000 });

/** The address of whoever an id is of; of people beyond the newest, and of those who left, the id. */
export function useNames(): (id: string | null) => string {
  const { data } = useUsers();
  const emails = new Map(data?.items.map(({ id, email }) => [id, email]));
  return (id) => (id ? (emails.get(id) ?? shortId(id)) : "nobody");
}

/** Whom one can choose, and whom the URL chose. */
export function usePeople(chosen: string | null): { value: string; label: string }[] {
  const { data } = useUsers();
  const people = (data?.items ?? []).map(({ id, email }) => ({ value: id, label: email }));
  if (!chosen || people.some(({ value }) => value === chosen)) return people;
  return [...people, { value: chosen, label: shortId(chosen) }];
}
