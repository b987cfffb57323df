import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { send } from "../api/calls";
import { refreshBelow } from "../api/changes";
import type { Problem } from "../api/problems";

type Versioned = { version: number; title?: string; description?: string; updated_at: string };

/** Somebody else changed the thing at `path` meanwhile: theirs, or one's own over it. */
export function Conflict<Thing extends Versioned>({
  path,
  take,
  close,
}: {
  path: string;
  /** Theirs is known now, so that saving again means it, and undoing brings it back. */
  take: (theirs: Thing) => void;
  close: () => void;
}) {
  const { data: theirs } = useQuery<Thing, Problem>({
    queryKey: ["conflict", path],
    queryFn: () => send<Thing>({ method: "get", path }),
    gcTime: 0,
  });
  const words = theirs?.title ?? theirs?.description;
  return (
    <Alert color="yellow" role="alert" title="Changed somewhere else meanwhile">
      <Stack gap="xs">
        <Text size="sm">
          What you typed is still here.{" "}
          {words && (
            <>
              Theirs says <Code>{words.slice(0, 200)}</Code>.
            </>
          )}
        </Text>
        <Group gap="xs">
          <Button size="xs" disabled={!theirs} type="submit" onClick={() => theirs && take(theirs)}>
            Save mine over it
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={async () => {
              await refreshBelow(path);
              close();
            }}
          >
            Take theirs
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
