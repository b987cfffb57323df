import { NumberInput, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useGet } from "../../api/queries";
import { duration } from "../../shared/time";

const TYPING_MS = 300;

/** How much the active time of a day depends on the timeout: tried, and not kept. */
export function WhatIf({ date, timeoutS }: { date: string; timeoutS: number }) {
  const [minutes, setMinutes] = useState<number | string>(timeoutS / 60);
  const [settled] = useDebouncedValue(minutes, TYPING_MS);
  const tried = Math.round(Number(settled) * 60);
  const isTried = settled !== "" && tried > 0 && tried !== timeoutS;
  const { data, error } = useGet(
    "/analytics/what-if",
    { query: { from: date, to: date, if_timeout_s: tried } },
    { enabled: isTried },
  );
  return (
    <div>
      <NumberInput
        size="xs"
        label="What if the timeout were, in minutes"
        min={1}
        max={1440}
        value={minutes}
        error={isTried && error?.message}
        onChange={setMinutes}
      />
      <Text size="sm" mt={4} mih={22} aria-live="polite">
        {isTried && data
          ? `${duration(data.would_be_s)} active instead of ${duration(data.active_s)}`
          : ""}
      </Text>
    </div>
  );
}
