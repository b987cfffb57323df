import { Box, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Scrolled } from "../../shared/Scrolled";

/** The numbers of a chart for whoever reads rather than looks; made when it is opened. */
export function AsTable({ label, children }: { label: string; children: () => ReactNode }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Box
      component="details"
      mt="xs"
      onToggle={(event) => setIsOpen((event.currentTarget as HTMLDetailsElement).open)}
    >
      <Text component="summary" size="sm" c="dimmed" style={{ cursor: "pointer" }}>
        {label}
      </Text>
      {isOpen && (
        <Scrolled label={label} height={420}>
          {children()}
        </Scrolled>
      )}
    </Box>
  );
}
