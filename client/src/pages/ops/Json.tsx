import { Code } from "@mantine/core";
import { Scrolled } from "../../shared/Scrolled";

/** A value as JSON, indented; text as it is. */
export const pretty = (value: unknown) =>
  typeof value === "string" ? value : JSON.stringify(value, null, 2);

export function Json({ of, label, mah = 360 }: { of: unknown; label: string; mah?: number }) {
  return (
    <Scrolled label={label} height={mah}>
      <Code block className="ops-code ops-wrapped">
        {pretty(of)}
      </Code>
    </Scrolled>
  );
}
