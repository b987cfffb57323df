import { Anchor, Progress, Table, Text } from "@mantine/core";
import type { Job } from "../../../api/schema";
import { Scrolled } from "../../../shared/Scrolled";
import { useNames } from "../names";
import { State } from "../State";
import { useSearch } from "../search";
import { When } from "../When";
import { count, counts, shortId } from "../words";
import { wordsOf } from "./request";

export function JobTable({ jobs }: { jobs: Job[] }) {
  const { open } = useSearch();
  const named = useNames();
  return (
    <Scrolled label="Jobs">
      <Table miw={860} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Job</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th w={180}>Progress</Table.Th>
            <Table.Th>What came of it</Table.Th>
            <Table.Th>By</Table.Th>
            <Table.Th>Since</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {jobs.map((job) => (
            <Table.Tr key={job.id}>
              <Table.Td>
                <Anchor
                  component="button"
                  type="button"
                  size="sm"
                  fw={600}
                  aria-label={`Open ${job.kind} ${shortId(job.id)}`}
                  onClick={() => open({ job: job.id })}
                >
                  {job.kind}
                </Anchor>
                <Text size="xs" c="dimmed" className="ops-line">
                  {wordsOf(job.request)}
                </Text>
              </Table.Td>
              <Table.Td>
                <State of={job.state} />
              </Table.Td>
              <Table.Td>
                <Progress
                  value={job.total ? (job.done / job.total) * 100 : 0}
                  aria-label={`${job.done} of ${job.total}`}
                />
                <Text size="xs" c="dimmed" className="ops-number">
                  {count(job.done)} of {count(job.total)}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="ops-line">
                  {counts(job.results)}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" className="ops-line" maw={200}>
                  {named(job.created_by)}
                </Text>
              </Table.Td>
              <Table.Td className="ops-number">
                <When at={job.created_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolled>
  );
}
