import { Badge } from "@mantine/core";
import { said } from "./words";

const COLORS: Record<string, string> = {
  running: "green",
  done: "green",
  applied: "green",
  already_applied: "green",
  equal: "green",
  paused: "yellow",
  waiting: "yellow",
  careful: "yellow",
  retrying: "yellow",
  cancelled: "yellow",
  different: "yellow",
  breaker: "red",
  absent: "red",
  open: "red",
  failed: "red",
  failed_again: "red",
};

/** The state of a stage, a letter, a job or a thing of it: the word, and a colour for the hurried. */
export function State({ of }: { of: string }) {
  return (
    <Badge variant="dot" color={COLORS[of] ?? "gray"} tt="none" className="ops-state">
      {said(of)}
    </Badge>
  );
}
