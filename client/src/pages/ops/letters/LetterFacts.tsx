import { Group, Text } from "@mantine/core";
import type { WholeLetter } from "../../../api/schema";
import { useNames } from "../names";
import { State } from "../State";
import { When } from "../When";
import { said, things } from "../words";

/** Where, whose, how often and when. */
export function LetterFacts({ letter }: { letter: WholeLetter }) {
  const named = useNames();
  return (
    <div>
      <Group gap="xs">
        <State of={letter.state} />
        <Text size="sm">
          {letter.stage}
          {letter.outcome && `, ${said(letter.outcome)}`}
          {letter.user_id
            ? `, an event of ${named(letter.user_id)}`
            : ", an event of somebody unknown"}
        </Text>
      </Group>
      <Text size="sm" c="dimmed">
        Tried {things(letter.attempts, "time")} by version {letter.code_version}; failed first on{" "}
        <When at={letter.first_failed_at} />, last on <When at={letter.last_failed_at} />
        {letter.next_at && (
          <>
            ; tried next on <When at={letter.next_at} />
          </>
        )}
      </Text>
      <Text size="xs" c="dimmed" ff="monospace" className="ops-breaking">
        {letter.id}
      </Text>
    </div>
  );
}
