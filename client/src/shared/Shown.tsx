import { Alert, Button, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { Problem } from "../api/problems";

/** A query, whatever it keeps. */
type Read<Answer> = {
  data: Answer | undefined;
  error: Problem | null;
  /** Why it is asked again, while it is. */
  failureReason: Problem | null;
  refetch: () => unknown;
};

/** What a query answered; until then, a place of the same height, so that nothing jumps. */
export function Shown<Answer>({
  of,
  height = 120,
  children,
}: {
  of: Read<Answer>;
  height?: number;
  children: (answer: Answer) => ReactNode;
}) {
  if (of.data !== undefined) return children(of.data);
  const problem = of.error ?? of.failureReason;
  if (!problem) return <Skeleton h={height} aria-label="Loading" role="status" />;
  return <Failed problem={problem} again={() => of.refetch()} />;
}

/** What went wrong, and what to do. */
export function Failed({ problem, again }: { problem: Problem; again?: () => void }) {
  return (
    <Alert color="red" title={problem.isPassing ? "Not now" : "That did not work"} role="alert">
      <Group justify="space-between">
        <Text size="sm">{problem.message}</Text>
        {again && (
          <Button size="xs" variant="default" onClick={again}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** Where there is nothing yet: why, and what would put something there. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py="lg" ta="center">
      <Text c="dimmed" size="sm" maw={420}>
        {children}
      </Text>
      {action}
    </Stack>
  );
}

/** A part of a page under a heading of its own. */
export function Section({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Card withBorder padding="md" component="section" aria-label={title}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Title order={2} size="h5">
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </Card>
  );
}
