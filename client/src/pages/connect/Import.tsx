import { Stack, Text, Title } from "@mantine/core";
import type { Connect } from "../../api/schema";
import { Copyable } from "../../shared/Copyable";
import { Section } from "../../shared/Shown";
import { importLines, withKey } from "./lines";

/** History that other programs recorded. */
export function Import({ found, apiKey, zone }: { found: Connect; apiKey?: string; zone: string }) {
  return (
    <Section title="Bring in what you have">
      <Stack>
        <Text size="sm" c="dimmed">
          Run one of these where <b>timeflow</b> is installed. What was imported before counts once,
          so an import that broke off is simply run again.
        </Text>
        {importLines(found, zone).map(({ from, does, line }) => (
          <div key={from}>
            <Title order={3} size="h6">
              From {from}
            </Title>
            <Text size="sm" c="dimmed" mb={4}>
              {does}
            </Text>
            <Copyable
              label={`the import from ${from}`}
              text={apiKey ? withKey(line, apiKey) : line}
            />
          </div>
        ))}
      </Stack>
    </Section>
  );
}
