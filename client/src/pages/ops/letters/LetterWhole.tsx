import { Anchor, Button, Code, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { WholeLetter } from "../../../api/schema";
import { Scrolled } from "../../../shared/Scrolled";
import { Json } from "../Json";
import type { Action } from "./ActionDialog";
import { EventEditor } from "./EventEditor";
import { meantByIds } from "./filter";
import { LetterFacts } from "./LetterFacts";
import { Origin } from "./Origin";

/** The event and what went wrong with it, side by side. */
export function LetterWhole({
  letter,
  act,
}: {
  letter: WholeLetter;
  act: (action: Action) => void;
}) {
  const [isEdited, setIsEdited] = useState(false);
  const meant = meantByIds([letter.id]);
  return (
    <Stack>
      <LetterFacts letter={letter} />
      {letter.job_id && (
        <Text size="sm">
          It is being tried now, by{" "}
          <Anchor component={Link} to={`?view=jobs&job=${letter.job_id}`} inherit>
            a job
          </Anchor>
          .
        </Text>
      )}
      <Group gap="xs">
        <Button size="xs" onClick={() => act({ kind: "replay", meant })}>
          Replay…
        </Button>
        <Button size="xs" variant="default" onClick={() => act({ kind: "discard", meant })}>
          Discard…
        </Button>
        <Button
          size="xs"
          variant="default"
          aria-expanded={isEdited}
          onClick={() => setIsEdited(!isEdited)}
        >
          {isEdited ? "Close the editor" : "Edit the event…"}
        </Button>
      </Group>
      {isEdited && <EventEditor letter={letter} act={act} />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack gap="xs" miw={0}>
          <Title order={2} size="h5">
            Event
          </Title>
          <Json of={letter.event} label="Event" />
        </Stack>
        <Stack gap="xs" miw={0}>
          <Title order={2} size="h5">
            Error
          </Title>
          <Text size="sm" fw={600}>
            {letter.error_class}
          </Text>
          <Scrolled label="Message" height={120}>
            <Text size="sm" className="ops-breaking">
              {letter.error_message || "It says nothing more."}
            </Text>
          </Scrolled>
          <Scrolled label="Traceback" height={280}>
            <Code block className="ops-code">
              {letter.traceback || "There is no traceback: the event could not be read."}
            </Code>
          </Scrolled>
        </Stack>
      </SimpleGrid>
      {letter.original !== null && (
        <Stack gap="xs">
          <Title order={2} size="h5">
            The event before it was edited
          </Title>
          <Json of={letter.original} label="The event before it was edited" />
        </Stack>
      )}
      <Origin letter={letter} />
    </Stack>
  );
}
