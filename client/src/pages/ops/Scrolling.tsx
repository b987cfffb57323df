import { Box } from "@mantine/core";
import type { ReactNode } from "react";

/** What may be wider than the screen, or longer than is nice: it scrolls by itself, by keys, too. */
export function Scrolling({
  label,
  mah,
  children,
}: {
  label: string;
  mah?: number | string;
  children: ReactNode;
}) {
  return (
    <Box className="ops-scrolling" mah={mah} tabIndex={0} role="group" aria-label={label}>
      {children}
    </Box>
  );
}
