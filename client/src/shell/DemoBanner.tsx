import { Button, Group, Text } from "@mantine/core";
import { signOut, useSession } from "../api/session";

const DEMO = "@demo.example";

/** On every page: nobody should take the demo's days for their own. */
export function DemoBanner() {
  const email = useSession()?.user.email ?? "";
  if (!email.endsWith(DEMO)) return null;
  return (
    <Group className="demo-banner" role="note" justify="space-between" gap="xs">
      <Text size="sm">
        <b>The demo.</b> {email} does not exist, and these days are made up.
      </Text>
      <Button size="compact-xs" variant="default" onClick={signOut}>
        Leave the demo
      </Button>
    </Group>
  );
}
