import { AreaChart } from "@mantine/charts";
import { Box, Table, Text } from "@mantine/core";
import type { SegmentSize } from "../../../api/schema";
import { shortDay } from "../../../shared/time";
import { AsTable } from "../AsTable";

/** People in the segment, day by day; days of fewer than five are gaps. */
export function Sizes({ sizes }: { sizes: SegmentSize[] }) {
  const known = sizes.filter(({ members }) => members !== null);
  if (!known.length) {
    return (
      <Text size="sm" c="dimmed">
        Its size is not shown over time: on no day of the last year did it hold five people.
      </Text>
    );
  }
  return (
    <div>
      <Box
        role="img"
        aria-label="People in the segment by day. The numbers are in the table below."
      >
        <AreaChart
          h={180}
          data={sizes.map(({ day, members }) => ({ name: shortDay(day), members }))}
          dataKey="name"
          series={[{ name: "members", label: "People", color: "cyan.7" }]}
          curveType="stepAfter"
          withDots={sizes.length < 15}
          connectNulls={false}
          accessibilityLayer={false}
          yAxisProps={{ allowDecimals: false, width: 40 }}
          xAxisProps={{ minTickGap: 24 }}
        />
      </Box>
      <AsTable label="People by day">
        {() => (
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Day</Table.Th>
                <Table.Th ta="right">People</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sizes.toReversed().map(({ day, members }) => (
                <Table.Tr key={day}>
                  <Table.Td>{shortDay(day)}</Table.Td>
                  <Table.Td ta="right">{members ?? "under five"}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </AsTable>
    </div>
  );
}
