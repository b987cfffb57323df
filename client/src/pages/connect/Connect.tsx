import { Box, SimpleGrid, Stack, Title } from "@mantine/core";
import { useState } from "react";
import { useGet } from "../../api/queries";
import type { MadeKey } from "../../api/schema";
import { useMe } from "../../shared/hooks";
import { Shown } from "../../shared/Shown";
import { Import } from "./Import";
import { KeyForThis } from "./KeyForThis";
import { OneLine } from "./OneLine";
import { SignOfLife } from "./SignOfLife";
import { Sources } from "./Sources";

const AGAIN_MS = 2000;

/** The first run: a key, one line, and the first minute. */
export default function Connect() {
  const [made, setMade] = useState<MadeKey | null>(null);
  const { data: me } = useMe();
  const connect = useGet("/connect", undefined, {
    // Until the first event; from then on changes come by themselves.
    refetchInterval: ({ state }) => (state.data?.first_event_at ? false : AGAIN_MS),
  });
  return (
    <Stack maw={1200} mx="auto">
      <Title order={1} size="h2">
        Connect
      </Title>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Stack miw={0}>
          <KeyForThis made={made} set={setMade} />
          <Shown of={connect} height={320}>
            {(found) => <OneLine found={found} apiKey={made?.key} />}
          </Shown>
          <Shown of={connect} height={120}>
            {(found) => <SignOfLife found={found} />}
          </Shown>
        </Stack>
        <Box miw={0}>
          <Stack>
            <Shown of={connect} height={420}>
              {(found) => (
                <>
                  <Sources found={found} />
                  <Import found={found} apiKey={made?.key} zone={me?.time_zone ?? "UTC"} />
                </>
              )}
            </Shown>
          </Stack>
        </Box>
      </SimpleGrid>
    </Stack>
  );
}
