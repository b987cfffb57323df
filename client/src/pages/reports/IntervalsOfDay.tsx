import { Stack, Text } from "@mantine/core";
import { useGet } from "../../api/queries";
import type { TimelineInterval } from "../../api/schema";
import { Empty, Shown } from "../../shared/Shown";
import { clock, duration } from "../../shared/time";
import { Pieces } from "./Pieces";
import { WhatIf } from "./WhatIf";

/** The intervals of a day that a number is of. */
export function IntervalsOfDay({
  date,
  only = () => true,
}: {
  date: string;
  only?: (interval: TimelineInterval) => boolean;
}) {
  const timeline = useGet("/analytics/timeline", { query: { date } });
  return (
    <Shown of={timeline} height={200}>
      {({ intervals, time_zone, timeout_s }) => {
        const shown = intervals.filter(only);
        if (!shown.length) return <Empty>No interval of this day is in it.</Empty>;
        return (
          <Stack gap="xs">
            <Text size="xs" c="dimmed">
              {shown.length === 1 ? "1 interval" : `${shown.length} intervals`}. Where several
              overlap, the one begun latest counts.
            </Text>
            <Pieces
              label="Intervals"
              pieces={shown.map((each) => ({
                key: `${each.start} ${each.device} ${each.entity}`,
                when: `${clock(each.start, time_zone)} – ${clock(each.end, time_zone)}`,
                what: each.entity || each.category || "Something without a name",
                more: [each.category, each.project, each.device].filter(Boolean).join(" · "),
                lasted: duration((Date.parse(each.end) - Date.parse(each.start)) / 1000),
              }))}
            />
            <WhatIf key={date} date={date} timeoutS={timeout_s} />
          </Stack>
        );
      }}
    </Shown>
  );
}
