import { Badge } from "@mantine/core";
import { things } from "../words";
import type { Sum } from "./sums";

/** The one thing that whoever only glances wants to know. */
export function Behind({ sums }: { sums: Sum[] }) {
  const [color, words] = standing(sums);
  return (
    <Badge variant="dot" color={color} tt="none">
      {words}
    </Badge>
  );
}

function standing(sums: Sum[]): [color: string, words: string] {
  const known = sums.map(({ lag_events }) => lag_events).filter((lag) => lag !== null);
  if (known.length < sums.length) return ["yellow", "Not all is known"];
  const events = known.reduce((sum, lag) => sum + lag, 0);
  if (events === 0) return ["green", "Nobody is behind"];
  return ["yellow", `${things(events, "event")} to apply`];
}
