import { Anchor, Checkbox, Code, Table, Text } from "@mantine/core";
import type { Letter } from "../../../api/schema";
import { State } from "../State";
import { useSearch } from "../search";
import { When } from "../When";
import { count, shortId } from "../words";

/** As much of an event as a line may need. */
const MOST_SHOWN = 200;

export function LetterRow({
  letter,
  isChosen,
  choose,
}: {
  letter: Letter;
  isChosen: boolean;
  choose: (isChosen: boolean) => void;
}) {
  const { open } = useSearch();
  const name = `${letter.error_class} ${shortId(letter.id)}`;
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          aria-label={`Choose ${name}`}
          checked={isChosen}
          onChange={(change) => choose(change.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        <Anchor
          component="button"
          type="button"
          size="sm"
          fw={600}
          aria-label={`Open ${name}`}
          onClick={() => open({ letter: letter.id })}
        >
          {letter.error_class}
        </Anchor>
        <Text size="xs" c="dimmed" className="ops-line">
          {letter.error_message || "no message"}
        </Text>
      </Table.Td>
      <Table.Td>
        <Code className="ops-line" display="block">
          {lineOf(letter.event).slice(0, MOST_SHOWN)}
        </Code>
      </Table.Td>
      <Table.Td>
        <Text size="sm" className="ops-number">
          {letter.stage}, partition {letter.partition}
        </Text>
      </Table.Td>
      <Table.Td>
        <State of={letter.state} />
      </Table.Td>
      <Table.Td ta="right">{count(letter.attempts)}</Table.Td>
      <Table.Td className="ops-number">
        <When at={letter.last_failed_at} />
      </Table.Td>
    </Table.Tr>
  );
}

/** Whose it is and its hash say nothing to the eye, and come first. */
function lineOf(event: unknown): string {
  if (typeof event === "string") return event;
  const skip = (name: string, value: unknown) =>
    name === "user" || name === "hash" ? undefined : value;
  return JSON.stringify(event, skip);
}
