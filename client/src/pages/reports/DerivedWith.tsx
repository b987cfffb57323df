import { Text } from "@mantine/core";
import { dayAndClock, duration } from "../../shared/time";
import type { Derived } from "./Evidence";

/** The parameters in force, in words. */
export function DerivedWith({ timeout_s, time_zone, day_start, as_of }: Derived) {
  return (
    <Text size="xs" c="dimmed">
      A point counts until the next of its device if that comes within {duration(timeout_s)}. Days
      begin at {day_start} ({time_zone}).{" "}
      {as_of ? `As of ${dayAndClock(as_of, time_zone)}.` : "Nothing was derived yet."}
    </Text>
  );
}
