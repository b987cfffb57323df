import { useGet } from "../../api/queries";
import { shortId } from "./words";

const MOST = 500;

/** The address of whoever an id is of; of people beyond the newest, and of those who left, the id. */
export function useNames(): (id: string | null) => string {
  const { data } = useGet("/users", { query: { limit: MOST } }, { staleTime: 300_000 });
  const emails = new Map(data?.items.map(({ id, email }) => [id, email]));
  return (id) => (id ? (emails.get(id) ?? shortId(id)) : "nobody");
}
