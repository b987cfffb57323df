import { Box, Button, Table, Text } from "@mantine/core";
import { useState } from "react";

type Piece = { key: string; when: string; what: string; more: string; lasted: string };

const AT_FIRST = 50;

/** Stretches of time, one below the other. */
export function Pieces({ label, pieces }: { label: string; pieces: Piece[] }) {
  const [isAll, setIsAll] = useState(false);
  const shown = isAll ? pieces : pieces.slice(0, AT_FIRST);
  return (
    <Box>
      <Table layout="fixed" fz="xs" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={96}>From, to</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th w={84} ta="right">
              Lasted
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((piece) => (
            <Table.Tr key={piece.key}>
              <Table.Td>{piece.when}</Table.Td>
              <Table.Td>
                <Text inherit truncate title={piece.what} dir="auto">
                  {piece.what}
                </Text>
                <Text inherit truncate c="dimmed" title={piece.more} dir="auto">
                  {piece.more}
                </Text>
              </Table.Td>
              <Table.Td ta="right">{piece.lasted}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {shown.length < pieces.length && (
        <Button variant="default" size="xs" mt="xs" onClick={() => setIsAll(true)}>
          Show all {pieces.length}
        </Button>
      )}
    </Box>
  );
}
