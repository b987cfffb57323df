import { Anchor, Select, Table, Text } from "@mantine/core";
import { Link } from "react-router";
import { usePages } from "../../../api/queries";
import type { Item, Job } from "../../../api/schema";
import { Scrolled } from "../../../shared/Scrolled";
import { Empty, Shown } from "../../../shared/Shown";
import { More } from "../More";
import { useNames } from "../names";
import { State } from "../State";
import { useSearch } from "../search";
import { When } from "../When";
import { said, shortId } from "../words";

const MEANING: Partial<Record<Item["state"], string>> = {
  already_applied: "it counts already, by another way",
  failed_again: "the letter is open again",
  gone: "deleted meanwhile",
  different: "what was derived before is not what is derived now",
};

/** The things of a job in the order in which they are begun. */
export function Items({ job }: { job: Job }) {
  const { search, change } = useSearch();
  const state = search.get("items");
  const items = usePages("/ops/jobs/{id}/items", { path: { id: job.id }, query: { state } });
  return (
    <>
      <Select
        label="Which"
        placeholder="all"
        w={200}
        clearable
        clearButtonProps={{ "aria-label": "All" }}
        data={Object.keys(job.results).map((value) => ({ value, label: said(value) }))}
        value={state}
        onChange={(value) => change({ items: value })}
      />
      <Shown of={items} height={160}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.items);
          return all.length ? (
            <Scrolled label="What came of each" height={360}>
              <Table miw={520} verticalSpacing={4}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Of</Table.Th>
                    <Table.Th>Result</Table.Th>
                    <Table.Th>Why</Table.Th>
                    <Table.Th>When</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {all.map((item) => (
                    <ItemRow key={item.number} item={item} kind={job.kind} />
                  ))}
                </Table.Tbody>
              </Table>
            </Scrolled>
          ) : (
            <Empty>Nothing of this job came to that.</Empty>
          );
        }}
      </Shown>
      <More of={items} />
    </>
  );
}

function ItemRow({ item, kind }: { item: Item; kind: Job["kind"] }) {
  return (
    <Table.Tr>
      <Table.Td className="ops-number">
        <Subject item={item} kind={kind} />
      </Table.Td>
      <Table.Td>
        <State of={item.state} />
      </Table.Td>
      <Table.Td>
        <Text size="sm" className="ops-line" title={JSON.stringify(item.detail)}>
          {whyOf(item)}
        </Text>
      </Table.Td>
      <Table.Td className="ops-number">
        <When at={item.finished_at} />
      </Table.Td>
    </Table.Tr>
  );
}

/** The error of what failed, the difference of what was derived anew; else what the result means. */
function whyOf({ detail, state }: Item): string {
  // How the letter was before is only there to take the job back.
  const { was: _, had_original: __, ...told } = detail as Record<string, unknown>;
  if (told.error_class) return [told.error_class, told.error_message].filter(Boolean).join(": ");
  return Object.keys(told).length ? JSON.stringify(told) : (MEANING[state] ?? "");
}

function Subject({ item: { subject, partition }, kind }: { item: Item; kind: Job["kind"] }) {
  const named = useNames();
  if (!subject) return `partition ${partition}`;
  if (kind === "rebuild") return named(subject);
  return (
    <Anchor component={Link} size="sm" to={`?view=letters&state=all&letter=${subject}`}>
      letter {shortId(subject)}
    </Anchor>
  );
}
