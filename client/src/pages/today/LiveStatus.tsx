import { useIsLive } from "../../api/live";
import { useGet } from "../../api/queries";
import { useMe, useNow } from "../../shared/hooks";
import { ago, clock } from "../../shared/time";

/** Whether the day grows by itself: "Live, 2 s ago", or since when the devices are silent. */
export function LiveStatus({ date }: { date: string }) {
  const now = useNow(1000);
  const isLive = useIsLive();
  const { data: me } = useMe();
  const { data: timeline } = useGet("/analytics/timeline", { query: { date } });
  if (!timeline || !me) return null;
  if (!isLive) return "Looking for the server…";
  const ends = timeline.intervals.map(({ end }) => end).sort();
  const last = ends.at(-1);
  if (!last) return "Nothing from your devices today yet";
  const isFresh = now - Date.parse(last) <= timeline.timeout_s * 1000;
  return isFresh ? `Live, ${ago(last, now)}` : `Editor silent since ${clock(last, me.time_zone)}`;
}
