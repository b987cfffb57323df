import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { useEffect } from "react";

const AGAIN_MS = 3000;

/** Before anything can be shown: asks again by itself. */
export function ServerAway() {
  useEffect(() => {
    const timer = setInterval(async () => {
      const answer = await fetch("/health").catch(() => null);
      if (answer?.ok) location.reload();
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Center h="100vh" component="main">
      <Stack align="center" gap="xs" p="md" ta="center">
        <Title order={1} size="h3">
          The server does not answer
        </Title>
        <Text c="dimmed">
          Is it running, and is this device online? This page comes back by itself.
        </Text>
        <Button onClick={() => location.reload()}>Try now</Button>
      </Stack>
    </Center>
  );
}
