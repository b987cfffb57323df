import { Table } from "@mantine/core";
import type { Insight } from "../../../api/schema";

/** On what it rests, as it was computed. */
export function InsightEvidence({ insight }: { insight: Insight }) {
  const rows: [string, string][] = [
    ["Method", insight.method],
    ["Measured", insight.metric.replaceAll("_", " ")],
    ["Seen", plain(insight.value)],
    ["Usual", plain(insight.baseline)],
    ["Over", `${insight.n} of ${insight.window_days} days`],
    ["Score", plain(insight.score)],
    [
      "Chance (p)",
      insight.p === null
        ? "a fact, not a test"
        : `${insight.p.toPrecision(2)} on days that mean nothing`,
    ],
    ...Object.entries(insight.evidence).map(([name, value]): [string, string] => [
      name.replaceAll("_", " "),
      plain(value),
    ]),
  ];
  return (
    <Table aria-label="Evidence" layout="fixed">
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" w={120} style={{ verticalAlign: "top" }}>
              {name}
            </Table.Th>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Numbers as short as they mean something; lists and names as they are. */
export function plain(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(5)));
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(plain).join(", ");
  if (value && typeof value === "object") {
    return Object.entries(value)
      .map(([name, each]) => `${name}: ${plain(each)}`)
      .join(", ");
  }
  return String(value ?? "none");
}
