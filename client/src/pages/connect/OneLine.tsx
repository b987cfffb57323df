import { Code, Stack, Tabs, Text } from "@mantine/core";
import type { Connect, Lines } from "../../api/schema";
import { Copyable } from "../../shared/Copyable";
import { useUrl } from "../../shared/hooks";
import { Section } from "../../shared/Shown";
import { shellLine, withKey } from "./lines";

/** The line to paste, for each kind of client. */
export function OneLine({ found, apiKey }: { found: Connect; apiKey?: string }) {
  const [client, setClient] = useUrl("client", "editor");
  const keyed = (text: string) => (apiKey ? withKey(text, apiKey) : text);
  return (
    <Section title="2. One line">
      <Tabs value={client} onChange={(next) => setClient(next ?? "editor")} keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="editor">Editor (WakaTime plugin)</Tabs.Tab>
          <Tabs.Tab value="desktop">Desktop (ActivityWatch)</Tabs.Tab>
          <Tabs.Tab value="anything">Anything (curl)</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="editor">
          <Text size="sm" mb="xs">
            Install the WakaTime plugin of your editor. Then paste this into a terminal:
          </Text>
          <FileLine lines={found.wakatime} keyed={keyed} />
        </Tabs.Panel>
        <Tabs.Panel value="desktop">
          {found.activitywatch ? (
            <>
              <Text size="sm" mb="xs">
                Install ActivityWatch, whose watchers see windows and pauses. Then paste this into a
                terminal, and start the watchers again:
              </Text>
              <FileLine lines={found.activitywatch} keyed={keyed} />
            </>
          ) : (
            <Text size="sm">
              This server is reached by https, and the configuration of ActivityWatch&apos;s
              watchers knows only http. Use an address without TLS in your own network, or import
              from ActivityWatch, as shown on this page.
            </Text>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="anything">
          <Text size="sm" mb="xs">
            Sends one event now. Whatever can post JSON can do the same:
          </Text>
          <Copyable label="the line" text={keyed(found.curl)} />
        </Tabs.Panel>
      </Tabs>
      {!apiKey && (
        <Text size="sm" c="dimmed" mt="xs">
          Make a key first, or put one that you have in the place of <Code>YOUR-API-KEY</Code>.
        </Text>
      )}
    </Section>
  );
}

function FileLine({ lines, keyed }: { lines: Lines; keyed: (text: string) => string }) {
  return (
    <Stack gap="xs">
      <Copyable label="the line" text={keyed(shellLine(lines))} />
      <details>
        <Text component="summary" size="sm">
          Without a terminal, or on Windows
        </Text>
        <Text size="sm" my="xs">
          Put these lines into <Code>{lines.file}</Code>, where <Code>~</Code> is your home
          directory:
        </Text>
        <Copyable label="the lines of the file" text={keyed(lines.lines.join("\n"))} />
      </details>
    </Stack>
  );
}
