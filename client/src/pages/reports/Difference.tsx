import { Text } from "@mantine/core";
import { duration } from "../../shared/time";

/** How much more or less than before; whether that is good, nobody but the person knows. */
export function Difference({
  now,
  before,
  words = duration,
}: {
  now: number | null;
  before: number | null | undefined;
  words?: (value: number) => string;
}) {
  return (
    <Text
      span
      size="xs"
      c="dimmed"
      style={{ fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" }}
    >
      {differenceOf(now, before, words)}
    </Text>
  );
}

export function differenceOf(
  now: number | null,
  before: number | null | undefined,
  words: (value: number) => string = duration,
): string {
  if (now === null || before === null || before === undefined) return "before: not known";
  const by = now - before;
  const said = words(Math.abs(by));
  if (said === words(0)) return "as before";
  const sign = by > 0 ? "+" : "−";
  if (!before) return `${sign}${said} (before: nothing)`;
  const percent = Math.round((Math.abs(by) / before) * 100);
  return `${sign}${said} (${sign}${percent} %)`;
}
