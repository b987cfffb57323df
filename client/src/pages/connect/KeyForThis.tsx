import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { call } from "../../api/calls";
import { useChange } from "../../api/changes";
import type { MadeKey } from "../../api/schema";
import { Copyable } from "../../shared/Copyable";
import { Failed, Section } from "../../shared/Shown";

/** A key of this computer's own, so that it can be ended alone. */
export function KeyForThis({ made, set }: { made: MadeKey | null; set: (key: MadeKey) => void }) {
  const [name, setName] = useState("My computer");
  const change = useChange<MadeKey>();
  const make = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      {
        call: call("post", "/me/api-keys", { body: { name, scopes: ["ingest", "read"] } }),
        done: `Made the key “${name}”`,
      },
      { onSuccess: set },
    );
  };
  const wrong = change.error?.of("name");
  return (
    <Section title="1. A key">
      <Stack gap="sm" mih={142} justify="center">
        {made ? (
          <Alert title={`The key “${made.name}”`} role="status">
            <Text size="sm" mb="xs">
              It is shown only now, and stands in the lines below. What it is for can be ended in{" "}
              <Link to="/settings?section=keys">Settings</Link>.
            </Text>
            <Copyable label="the key" text={made.key} />
          </Alert>
        ) : (
          <form onSubmit={make}>
            <Text size="sm" c="dimmed" mb="sm">
              Each program on a computer comes with a key. It may send events and read, nothing
              else.
            </Text>
            <Group align="flex-end">
              <TextInput
                label="Name of the key"
                required
                maxLength={100}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                error={wrong}
              />
              <Button type="submit" loading={change.isPending}>
                Make a key for this computer
              </Button>
            </Group>
          </form>
        )}
        {change.error && !wrong && <Failed problem={change.error} />}
      </Stack>
    </Section>
  );
}
