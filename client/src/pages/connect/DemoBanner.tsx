import { Alert, Button, Group, Text } from "@mantine/core";
import { IconMasksTheater } from "@tabler/icons-react";
import { signOut, useSession } from "../../api/session";

const DEMO = "@demo.example";

/** Nobody should take the demo's days for their own. */
export function DemoBanner() {
  const email = useSession()?.user.email ?? "";
  if (!email.endsWith(DEMO)) return null;
  return (
    <Alert
      color="yellow"
      role="note"
      icon={<IconMasksTheater aria-hidden />}
      title="These are the demo's people and made-up days"
    >
      <Group justify="space-between">
        <Text size="sm">
          You are {email}, who does not exist. Make an account of your own to see your own days.
        </Text>
        <Button variant="default" onClick={signOut}>
          Leave the demo
        </Button>
      </Group>
    </Alert>
  );
}
