import { useMe } from "../../shared/hooks";
import { dayAndClock } from "../../shared/time";

/** An instant in the person's zone; to the second where it is pointed at. */
export function When({ at }: { at: string | null }) {
  const { data: me } = useMe();
  if (!at) return "—";
  return (
    <time dateTime={at} title={at}>
      {me ? dayAndClock(at, me.time_zone) : "…"}
    </time>
  );
}
