import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../../api/calls";
import { useGet } from "../../../api/queries";
import type { Key, MadeKey } from "../../../api/schema";
import { useNow } from "../../../shared/hooks";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { ago } from "../../../shared/time";
import { useDo } from "../../../shell/undo";
import { Confirm } from "../Confirm";
import { Facts, Row, RowButton, Rows, Words } from "../Rows";
import { KeyForm } from "./KeyForm";
import { ShownOnce } from "./ShownOnce";

export function Keys() {
  const keys = useGet("/me/api-keys");
  const now = useNow(30_000);
  const act = useDo();
  const [isMaking, setIsMaking] = useState(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const [ending, setEnding] = useState<Key | null>(null);
  const end = async ({ id, name }: Key) => {
    setEnding(null);
    await act({
      call: call("delete", "/me/api-keys/{id}", { path: { id } }),
      done: `Ended the key “${name}”`,
    });
  };
  return (
    <Section
      title="API keys"
      aside={
        <Button size="xs" onClick={() => setIsMaking(true)}>
          Make a key
        </Button>
      }
    >
      <Stack>
        {made && (
          <ShownOnce
            title={`The key “${made.name}”`}
            label="the key"
            secret={made.key}
            close={() => setMade(null)}
          />
        )}
        <Shown of={keys} height={160}>
          {({ items }) =>
            items.length ? (
              <Rows label="API keys">
                {items.map((key) => (
                  <Row
                    key={key.id}
                    actions={
                      <RowButton
                        onClick={() => setEnding(key)}
                        aria-label={`End the key ${key.name}`}
                      >
                        End…
                      </RowButton>
                    }
                  >
                    <Group gap="xs">
                      <Words>{key.name}</Words>
                      <Code>{key.prefix}…</Code>
                    </Group>
                    <Facts>{factsOf(key, now)}</Facts>
                  </Row>
                ))}
              </Rows>
            ) : (
              <Empty>
                No key yet. Programs that send events, and scripts, come with a key of their own.
              </Empty>
            )
          }
        </Shown>
      </Stack>
      {isMaking && <KeyForm close={() => setIsMaking(false)} made={setMade} />}
      <Confirm
        title={`End the key “${ending?.name.slice(0, 100) ?? ""}”?`}
        action="End key"
        opened={ending !== null}
        close={() => setEnding(null)}
        confirm={() => ending && end(ending)}
      >
        <Text size="sm">
          What uses it is refused within a second. This cannot be taken back; you can make another
          key.
        </Text>
      </Confirm>
    </Section>
  );
}

function factsOf(key: Key, now: number): string {
  return [
    key.scopes.join(", "),
    key.device && `all it posts is of ${key.device.slice(0, 100)}`,
    key.last_used_at ? `used ${ago(key.last_used_at, now)}` : "never used",
    key.expires_at && `until ${key.expires_at.slice(0, 10)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}
