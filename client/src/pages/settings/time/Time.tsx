import { useMe } from "../../../shared/hooks";
import { Shown } from "../../../shared/Shown";
import { DayStart } from "./DayStart";
import { Timeout } from "./Timeout";
import { TimeZone } from "./TimeZone";

/** What the days are derived with. */
export function Time() {
  const me = useMe();
  return (
    <Shown of={me} height={560}>
      {(me) => (
        <>
          <TimeZone me={me} />
          <DayStart me={me} key={me.day_start} />
          <Timeout me={me} key={me.timeout_s} />
        </>
      )}
    </Shown>
  );
}
