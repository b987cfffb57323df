import { Box } from "@mantine/core";
import type { ReactNode } from "react";

/** What is wider than a phone scrolls by itself, with the keyboard too. */
export function Scrolled({
  label,
  height,
  children,
}: {
  label: string;
  height?: number;
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
