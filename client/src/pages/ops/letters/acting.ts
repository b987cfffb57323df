import { useQuery } from "@tanstack/react-query";
import { call, send } from "../../../api/calls";
import type { Problem } from "../../../api/problems";
import type { Meant, Operation, Plan } from "../../../api/schema";

type Kind = "replay" | "discard";

export const acting = (kind: Kind, meant: Meant, edit: Operation[]) =>
  kind === "replay"
    ? call("post", "/ops/dlq/replay", { body: { ...meant, edit } })
    : call("post", "/ops/dlq/discard", { body: meant });

/** What would happen; asked anew for each patch, and not while there is none to ask with. */
export function useDryRun(kind: Kind, meant: Meant, edit: Operation[] | undefined) {
  return useQuery<Plan, Problem>({
    queryKey: ["dry run", kind, meant, edit],
    queryFn: ({ signal }) =>
      send(acting(kind, { ...meant, dry_run: true }, edit ?? []), { signal }),
    enabled: edit !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}
