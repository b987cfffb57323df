import { memo, useMemo } from "react";
import type { TimelineInterval } from "../../api/schema";
import type { Projects } from "../colors";
import { clock, duration } from "../time";
import { type Scale, topOf } from "./scale";
import { joined } from "./usage";

/** Half a pixel is no gap to the eye. */
const GAP_MS = 60_000;

/** What the devices saw, in the colours of its projects. */
export const UsageLane = memo(function UsageLane({
  scale,
  intervals,
  coloredByName,
  zone,
}: {
  scale: Scale;
  intervals: TimelineInterval[];
  coloredByName: Projects["coloredByName"];
  zone: string;
}) {
  const blocks = useMemo(() => joined(intervals, GAP_MS), [intervals]);
  const seconds = blocks.reduce((sum, each) => sum + (each.end - each.start) / 1000, 0);
  return (
    <div
      className="day-usage"
      role="img"
      aria-label={`Seen by your devices: ${duration(seconds)} in ${blocks.length} blocks`}
    >
      {blocks.map((block) => {
        const top = topOf(scale, block.start);
        const name = block.project || block.category || "no project";
        return (
          <i
            key={`${block.start} ${block.project} ${block.category}`}
            style={{
              top,
              height: topOf(scale, block.end) - top,
              background: coloredByName(block.project || block.category),
            }}
            title={`${clock(block.start, zone)}–${clock(block.end, zone)} ${name}: ${block.entities.join(", ")}`}
          />
        );
      })}
    </div>
  );
});
