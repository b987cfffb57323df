import { Button, Checkbox, Group, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { Letter, LetterPage } from "../../../api/schema";
import { Scrolled } from "../../../shared/Scrolled";
import { counts, things } from "../words";
import type { Action } from "./ActionDialog";
import { type Filter, meantByFilter, meantByIds } from "./filter";
import { LetterRow } from "./LetterRow";

/** The letters that are loaded; what is done is done to those chosen, or to all that the filter means. */
export function LetterList({
  first,
  letters,
  filter,
  act,
}: {
  first: LetterPage;
  letters: Letter[];
  filter: Filter;
  act: (action: Action) => void;
}) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const ids = letters.map(({ id }) => id).filter((id) => chosen.has(id));
  const areAll = ids.length === letters.length;
  const meant = ids.length ? meantByIds(ids) : meantByFilter(filter, first);
  const words = ids.length ? `${ids.length} chosen` : `all ${first.total}`;
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm" role="status">
          {things(first.total, "letter")}: {counts(first.counts)}
          {ids.length > 0 && ` · ${ids.length} chosen`}
        </Text>
        <Group gap="xs">
          <Button size="xs" onClick={() => act({ kind: "replay", meant })}>
            Replay {words}…
          </Button>
          <Button size="xs" variant="default" onClick={() => act({ kind: "discard", meant })}>
            Discard {words}…
          </Button>
        </Group>
      </Group>
      <Scrolled label="Dead letters">
        <Table miw={860} verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={40}>
                <Checkbox
                  aria-label="Choose all that are shown"
                  checked={areAll}
                  indeterminate={ids.length > 0 && !areAll}
                  onChange={() => setChosen(new Set(areAll ? [] : letters.map(({ id }) => id)))}
                />
              </Table.Th>
              <Table.Th>Error</Table.Th>
              <Table.Th>Event</Table.Th>
              <Table.Th>Stage</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th ta="right">Tried</Table.Th>
              <Table.Th>Failed last</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {letters.map((letter) => (
              <LetterRow
                key={letter.id}
                letter={letter}
                isChosen={chosen.has(letter.id)}
                choose={(isChosen) => {
                  const next = new Set(chosen);
                  if (isChosen) next.add(letter.id);
                  else next.delete(letter.id);
                  setChosen(next);
                }}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Scrolled>
    </Stack>
  );
}
