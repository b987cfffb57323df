import { Box, Button, Code, Group, Text } from "@mantine/core";
import { useRef, useState } from "react";

/** Text to be taken elsewhere, whole. */
export function Copyable({ text, label }: { text: string; label: string }) {
  const shown = useRef<HTMLElement>(null);
  const [said, setSaid] = useState("");
  const copy = async () => setSaid(await copied(text, shown.current));
  return (
    <Box>
      <Code
        block
        ref={shown as never}
        data-testid={label}
        dir="ltr"
        style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
      >
        {text}
      </Code>
      <Group gap="sm" mt={6} mih={26}>
        <Button size="compact-sm" variant="default" onClick={copy} aria-label={`Copy ${label}`}>
          Copy
        </Button>
        <Text size="xs" c="dimmed" role="status">
          {said}
        </Text>
      </Group>
    </Box>
  );
}

/** A LAN address without TLS has no clipboard: there the text is selected at least. */
async function copied(text: string, shown: HTMLElement | null): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied.";
  } catch {
    if (shown) getSelection()?.selectAllChildren(shown);
    return "Selected: press Ctrl+C (⌘C) to copy it.";
  }
}
