import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import type { WholeLetter } from "../../../api/schema";
import { useDraftText } from "../../../shared/hooks";
import { Json, pretty } from "../Json";
import { things } from "../words";
import type { Action } from "./ActionDialog";
import { meantByIds } from "./filter";
import { patchOf, readJson, textOf } from "./patch";

/** The event as it should have been; what is sent is what differs. */
export function EventEditor({
  letter,
  act,
}: {
  letter: WholeLetter;
  act: (action: Action) => void;
}) {
  const [draft, setDraft] = useDraftText(`event.${letter.id}`);
  const text = draft || pretty(letter.event);
  const { value, wrong } = readJson(text);
  const patch = wrong === undefined ? patchOf(letter.event, value) : [];
  return (
    <Stack gap="xs">
      <Textarea
        label="The event as it should be"
        description="JSON. Whose it is cannot be changed; the event as it is now is kept beside it."
        autosize
        minRows={6}
        maxRows={20}
        spellCheck={false}
        styles={{ input: { fontFamily: "monospace" } }}
        error={draft && wrong}
        value={text}
        onChange={(event) => setDraft(event.currentTarget.value)}
      />
      <Text size="sm" role="status">
        {patch.length === 0
          ? "Nothing is changed yet."
          : `${things(patch.length, "change")} (JSON Patch):`}
      </Text>
      {patch.length > 0 && <Json of={textOf(patch)} label="Changes" mah={160} />}
      <Group gap="xs">
        <Button
          size="xs"
          disabled={patch.length === 0}
          onClick={() =>
            act({
              kind: "replay",
              meant: meantByIds([letter.id]),
              patch: textOf(patch),
              begun: () => setDraft(""),
            })
          }
        >
          Replay as edited…
        </Button>
        <Button size="xs" variant="default" disabled={!draft} onClick={() => setDraft("")}>
          As it was
        </Button>
      </Group>
    </Stack>
  );
}
