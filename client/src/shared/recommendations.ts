import { useGet } from "../api/queries";

const SOON_MS = 1000;
const SELDOM_MS = 60_000;

/** What is recommended; asked again soon while the stages are behind, and seldom as time goes by. */
export function useRecommendations(kind?: "estimate_range") {
  return useGet("/recommendations", kind && { query: { kind } }, {
    refetchInterval: ({ state }) => (state.data?.behind ? SOON_MS : SELDOM_MS),
  });
}
