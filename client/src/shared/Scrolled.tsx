import { Box } from "@mantine/core";
import type { ReactNode } from "react";

/** What may be wider than the screen, or longer than is nice: it scrolls by itself, by keys, too. */
export function Scrolled({
  label,
  height,
  children,
}: {
  label: string;
  height?: number | string;
  children: ReactNode;
}) {
  return (
    <Box
      role="group"
      className="scrolled"
      aria-label={label}
      tabIndex={0}
      mah={height}
      pos="relative"
    >
      {children}
    </Box>
  );
}
