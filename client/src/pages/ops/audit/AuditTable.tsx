import { Code, Table, Text } from "@mantine/core";
import type { AuditEntry } from "../../../api/schema";
import { Scrolled } from "../../../shared/Scrolled";
import { pretty } from "../Json";
import { useNames } from "../names";
import { When } from "../When";
import { count, shortId } from "../words";

export function AuditTable({ entries }: { entries: AuditEntry[] }) {
  return (
    <Scrolled label="Audit log">
      <Table miw={860} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right">No.</Table.Th>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>Of</Table.Th>
            <Table.Th>Detail</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <AuditRow key={entry.number} entry={entry} />
          ))}
        </Table.Tbody>
      </Table>
    </Scrolled>
  );
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const named = useNames();
  const who = entry.user_id ? named(entry.user_id) : entry.person.slice(0, 8) || "nobody known";
  const isUuid = entry.subject.length === 36;
  const about = entry.about_id ? named(entry.about_id) : entry.about.slice(0, 8);
  const of = isUuid ? shortId(entry.subject) : entry.subject;
  return (
    <Table.Tr>
      <Table.Td ta="right" className="ops-number">
        {count(entry.number)}
      </Table.Td>
      <Table.Td className="ops-number">
        <When at={entry.at} />
      </Table.Td>
      <Table.Td>
        <Text size="sm" className="ops-line" maw={220}>
          {who}
        </Text>
        <Text size="xs" c="dimmed">
          by {entry.by}
        </Text>
      </Table.Td>
      <Table.Td fw={600}>{entry.action}</Table.Td>
      <Table.Td>
        <Text size="sm" className="ops-line" maw={200} title={entry.subject}>
          {[of, about].filter(Boolean).join(", ") || "—"}
        </Text>
      </Table.Td>
      <Table.Td>
        <Detail entry={entry} />
      </Table.Td>
    </Table.Tr>
  );
}

function Detail({ entry: { detail, request_id } }: { entry: AuditEntry }) {
  const summary = Object.keys(detail).join(", ") || "request";
  return (
    <details>
      <summary>{summary}</summary>
      <Code block className="ops-code ops-wrapped">
        {pretty(detail)}
      </Code>
      <Text size="xs" c="dimmed">
        {request_id ? `The server's log has it under ${request_id}.` : "Of no request."}
      </Text>
    </details>
  );
}
