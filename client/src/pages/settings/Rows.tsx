import { Button, type ButtonProps, Group, Text } from "@mantine/core";
import type { ComponentPropsWithoutRef, KeyboardEventHandler, ReactNode } from "react";

/** A list of things, each with what can be done with it. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className="rows" aria-label={label}>
      {children}
    </ul>
  );
}

export function Row({
  children,
  actions,
  onKeyDown,
}: {
  children: ReactNode;
  actions?: ReactNode;
  onKeyDown?: KeyboardEventHandler;
}) {
  return (
    <li className="row" onKeyDown={onKeyDown}>
      <div className="row-words">{children}</div>
      <Group gap={6}>{actions}</Group>
    </li>
  );
}

export function RowButton(props: ButtonProps & ComponentPropsWithoutRef<"button">) {
  return <Button size="compact-sm" variant="default" fw={500} {...props} />;
}

/** What a person or a program wrote, however long it is and from whichever side it is read. */
export function Words({ children, fw = 600 }: { children: string; fw?: number }) {
  return (
    <Text size="sm" fw={fw} lineClamp={2} dir="auto" title={children.slice(0, 1000)}>
      {children}
    </Text>
  );
}

/** Beneath the words of a row. */
export function Facts({ children }: { children: ReactNode }) {
  return (
    <Text size="xs" c="dimmed">
      {children}
    </Text>
  );
}
