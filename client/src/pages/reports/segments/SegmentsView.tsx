import { Stack, Table, Text, UnstyledButton } from "@mantine/core";
import { useGet } from "../../../api/queries";
import type { Segment } from "../../../api/schema";
import { useUrl } from "../../../shared/hooks";
import { Scrolled } from "../../../shared/Scrolled";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { saveCsv } from "../csv";
import { Download } from "../Download";
import { SegmentDetail } from "./SegmentDetail";

/** Everybody's patterns, for analysts: by pseudonyms, and never of fewer than five people. */
export function SegmentsView() {
  const [slug, setSlug] = useUrl("segment", "");
  const segments = useGet("/segments");
  return (
    <Shown of={segments} height={500}>
      {({ items }) => {
        const held = (subject: string) =>
          items.filter((each) => each.subject === subject && !each.retired_at);
        const retired = items.filter((each) => each.retired_at);
        const chosen = items.find((each) => each.slug === slug);
        return (
          <Stack>
            <Section
              title="Segments of people"
              aside={
                <Download
                  files={[
                    {
                      label: "Segments (CSV)",
                      save: () => saveCsv("timeflow-segments.csv", segmentsCsv(items)),
                    },
                  ]}
                />
              }
            >
              <Rows segments={held("user")} chosen={slug} choose={setSlug} />
            </Section>
            {chosen && <SegmentDetail key={chosen.slug} segment={chosen} />}
            <Section title="Kinds of days">
              <Rows segments={held("user_day")} chosen={slug} choose={setSlug} />
            </Section>
            {retired.length > 0 && (
              <Section title="No longer made">
                <Rows segments={retired} chosen={slug} choose={setSlug} />
              </Section>
            )}
          </Stack>
        );
      }}
    </Shown>
  );
}

function Rows({
  segments,
  chosen,
  choose,
}: {
  segments: Segment[];
  chosen: string;
  choose: (slug: string) => void;
}) {
  const [first] = segments;
  if (!first) return <Empty>None is defined yet.</Empty>;
  const isOfPeople = first.subject === "user";
  return (
    <Scrolled label={isOfPeople ? "Segments of people" : "Kinds of days"}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Segment</Table.Th>
            {isOfPeople && <Table.Th ta="right">People</Table.Th>}
            <Table.Th>When</Table.Th>
            <Table.Th>Family</Table.Th>
            <Table.Th>By</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {segments.map((each) => (
            <Table.Tr
              key={each.slug}
              bg={each.slug === chosen ? "var(--mantine-color-default-hover)" : undefined}
            >
              <Table.Td>
                {isOfPeople ? (
                  <UnstyledButton
                    className="number"
                    aria-pressed={each.slug === chosen}
                    onClick={() => choose(each.slug === chosen ? "" : each.slug)}
                  >
                    {each.name}
                  </UnstyledButton>
                ) : (
                  each.name
                )}
              </Table.Td>
              {isOfPeople && (
                <Table.Td ta="right">
                  {each.members ?? (
                    <Text span size="xs" c="dimmed">
                      under five people
                    </Text>
                  )}
                </Table.Td>
              )}
              <Table.Td className="long">{each.definition}</Table.Td>
              <Table.Td>{each.family.replaceAll("_", " ")}</Table.Td>
              <Table.Td>{each.kind}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scrolled>
  );
}

const segmentsCsv = (items: Segment[]) => [
  ["Segment", "Holds", "Family", "By", "Version", "People", "Definition"],
  ...items.map((each) => [
    each.slug,
    each.subject,
    each.family,
    each.kind,
    each.version,
    each.members,
    each.definition,
  ]),
];
