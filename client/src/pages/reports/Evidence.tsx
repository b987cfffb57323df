import { Drawer, Stack, Text, UnstyledButton } from "@mantine/core";
import { createContext, type ReactNode, useContext, useState } from "react";
import type { Daily } from "./answers";
import { DerivedWith } from "./DerivedWith";

/** With what an answer was derived. */
export type Derived = Pick<Daily, "time_zone" | "day_start" | "timeout_s" | "as_of">;

/** What is behind a number. */
export type Behind = {
  /** What it is of: "Active time, 1 to 28 March". */
  title: string;
  value: string;
  /** How it is computed. */
  how: string;
  derived?: Derived;
  /** What it was computed of. */
  of?: ReactNode;
};

const Opening = createContext<(behind: Behind) => void>(() => undefined);

/** For what opens evidence by other ways than `Evidence`. */
export const useEvidence = () => useContext(Opening);

/** The one place where evidence is shown, beside the page that it is of. */
export function EvidenceDrawer({ children }: { children: ReactNode }) {
  const [behind, setBehind] = useState<Behind>();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Opening.Provider
      value={(next) => {
        setBehind(next);
        setIsOpen(true);
      }}
    >
      {children}
      <Drawer.Root opened={isOpen} onClose={() => setIsOpen(false)} position="right" size="md">
        <Drawer.Overlay />
        <Drawer.Content>
          {/* In a dialog it is no banner of the page. */}
          <Drawer.Header role="presentation">
            <Drawer.Title>{behind?.title}</Drawer.Title>
            <Drawer.CloseButton aria-label="Close" />
          </Drawer.Header>
          <Drawer.Body>
            {behind && (
              <Stack gap="sm">
                <Text fz="h2" fw={650} style={{ overflowWrap: "anywhere" }}>
                  {behind.value}
                </Text>
                <Text size="sm">{behind.how}</Text>
                {behind.derived && <DerivedWith {...behind.derived} />}
                {behind.of}
              </Stack>
            )}
          </Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
    </Opening.Provider>
  );
}

/** A number that opens what is behind it. */
export function Evidence(behind: Behind) {
  const open = useEvidence();
  return (
    <UnstyledButton
      className="number"
      aria-label={`${behind.value}, ${behind.title}: what is behind it`}
      onClick={() => open(behind)}
    >
      {behind.value}
    </UnstyledButton>
  );
}
