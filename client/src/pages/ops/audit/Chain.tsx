import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useGet } from "../../../api/queries";
import { Failed, Section } from "../../../shared/Shown";
import { type Anchor, anchorOf } from "./anchor";
import { Verdict } from "./Verdict";

/** Every entry is sealed with the one before: sealing all anew shows whether any was changed. */
export function Chain() {
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState<Anchor | null>(null);
  const anchor = anchorOf(typed);
  const verdict = useGet(
    "/ops/audit/verification",
    { query: asked ?? {} },
    { enabled: asked !== null, staleTime: 0 },
  );
  const verify = (event: FormEvent) => {
    event.preventDefault();
    if (!anchor) return;
    setAsked(anchor);
    // The same question again: the query does not ask by itself.
    if (asked && asked.number === anchor.number && asked.hash === anchor.hash) verdict.refetch();
  };
  return (
    <Section title="Is the log as it was written?">
      <Stack gap="sm">
        <form onSubmit={verify}>
          <Group gap="xs" align="end">
            <TextInput
              label="Number and hash that you noted, if you did"
              placeholder="1234:0f0f…"
              error={anchor ? undefined : "A number, a colon, and 64 digits of a hash"}
              value={typed}
              flex="1 1 260px"
              maw={480}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <Button type="submit" loading={verdict.isFetching}>
              Verify chain
            </Button>
          </Group>
        </form>
        <div className="ops-verdict" role="status">
          {verdict.data ? (
            <Verdict of={verdict.data} anchor={asked} />
          ) : (
            <Text size="sm" c="dimmed">
              Each entry is sealed with the one before, by a key that the database does not hold.
            </Text>
          )}
        </div>
        {verdict.error && <Failed problem={verdict.error} />}
      </Stack>
    </Section>
  );
}
