import { Stack, Text } from "@mantine/core";
import type { SegmentFit } from "../../../api/schema";
import { useMe } from "../../../shared/hooks";
import { dayAndClock } from "../../../shared/time";
import { AsTable } from "../AsTable";
import { Deviations } from "./Deviations";

/** How far a learnt segment can be trusted, in plain words. */
export function RestsOn({ fit }: { fit: SegmentFit }) {
  const zone = useMe().data?.time_zone ?? "UTC";
  return (
    <Stack gap={4}>
      <Text size="sm">
        Learnt {dayAndClock(fit.fitted_at, zone)} from {fit.people} people, as one of {fit.segments}
        . Fitted again to drawn people it comes out alike by {fit.stability.toFixed(2)} of 1
        {fit.null_stability !== null &&
          ` (people without any kinds: ${fit.null_stability.toFixed(2)})`}
        .{" "}
        {fit.relabelled !== null &&
          `${Math.round(fit.relabelled * 100)} % of people moved since the fit before.`}
      </Text>
      {fit.deviations.length > 0 && (
        <AsTable label="What sets it apart">
          {() => <Deviations deviations={fit.deviations} />}
        </AsTable>
      )}
    </Stack>
  );
}
