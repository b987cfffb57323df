import { Anchor, Button, Card, Center, Stack, Table, Text, Title } from "@mantine/core";
import { useGet } from "../../../api/queries";
import type { WebErasuresProgress as Progress } from "../../../api/schema";
import { Empty, Shown } from "../../../shared/Shown";
import { followed } from "./address";

const AGAIN_MS = 5000;

/** What is shown to who has left: how far it is, and at the end the proof. */
export default function Erasure() {
  const asked = followed(location.hash);
  return (
    <Center mih="100vh" component="main" p="md">
      <Card withBorder padding="xl" w={560} maw="100%">
        <Stack>
          <Title order={1} size="h3">
            Your account is erased
          </Title>
          {asked ? <Followed {...asked} /> : <Empty>This address is not whole.</Empty>}
          <Anchor href="/app/" size="sm">
            To the sign-in
          </Anchor>
        </Stack>
      </Card>
    </Center>
  );
}

function Followed({ id, secret }: { id: string; secret: string }) {
  const erasure = useGet(
    "/erasures/{id}",
    { path: { id }, query: { secret } },
    { refetchInterval: ({ state }) => (state.data?.done_at ? false : AGAIN_MS) },
  );
  return (
    <Shown of={erasure} height={200}>
      {(progress) => (
        <Stack gap="sm" aria-live="polite">
          <Text size="sm">{wordsOf(progress)}</Text>
          {progress.done_at && <Proof of={progress.proof} />}
          <Text size="sm" c="dimmed">
            Keep the address of this page if you want to see the proof later. Nobody else has it.
          </Text>
          <Button variant="default" onClick={() => erasure.refetch()}>
            Look again
          </Button>
        </Stack>
      )}
    </Shown>
  );
}

function wordsOf({ done_at, not_before, blocked_by, state }: Progress): string {
  if (done_at) return `Everything is gone since ${at(done_at)}.`;
  if (blocked_by) return `Being erased; it waits for ${blocked_by}.`;
  if (state === "waiting" || Date.parse(not_before) > Date.now())
    return `Nobody can sign in as you any more. The rest goes from ${at(not_before)} on, when every token has run out.`;
  return "Being erased now.";
}

const at = (instant: string) =>
  new Date(instant).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });

function Proof({ of }: { of: Progress["proof"] }) {
  const rows = Object.entries(of).flatMap(([kind, counts]) =>
    typeof counts === "object" && counts
      ? Object.entries(counts).map(([name, count]) => [`${kind}: ${name}`, String(count)] as const)
      : [[kind, String(counts)] as const],
  );
  return (
    <Table>
      <Table.Caption>What was deleted</Table.Caption>
      <Table.Tbody>
        {rows.map(([name, count]) => (
          <Table.Tr key={name}>
            <Table.Td>{name}</Table.Td>
            <Table.Td>{count}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
