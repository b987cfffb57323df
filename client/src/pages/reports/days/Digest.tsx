import { Button, Group, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { call } from "../../../api/calls";
import { useGet } from "../../../api/queries";
import type { Digest as Answer, WeekTotals } from "../../../api/schema";
import { useToday, useUrl } from "../../../shared/hooks";
import { Scrolled } from "../../../shared/Scrolled";
import { Section, Shown } from "../../../shared/Shown";
import { openInTab, withAnswer } from "../../../shared/saving";
import { addDays, duration, longDay } from "../../../shared/time";
import { ALL_ENTRIES, DaysBehind } from "../DaysBehind";
import { Difference } from "../Difference";
import { Evidence } from "../Evidence";
import { nameOf } from "../StackedBars";

const ROWS: { name: string; of: keyof WeekTotals; words: (value: number) => string }[] = [
  { name: "Active", of: "active_s", words: duration },
  { name: "Focus", of: "focus_s", words: duration },
  { name: "Deep work", of: "deep_s", words: duration },
  { name: "Meetings", of: "meeting_s", words: duration },
  { name: "Tracked", of: "tracked_s", words: duration },
  { name: "Tasks done", of: "tasks_done", words: String },
  { name: "Days active", of: "active_days", words: String },
];

/** A week on one page, beside the one before. */
export function Digest() {
  const [week, setWeek] = useUrl("week", "this");
  const today = useToday();
  const date = week === "last" ? addDays(today, -7) : today;
  const digest = useGet("/digest", { query: { date } });
  return (
    <Section
      title="Week on one page"
      aside={
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="Which week"
            value={week === "last" ? "last" : "this"}
            onChange={setWeek}
            data={[
              { value: "this", label: "This week" },
              { value: "last", label: "Last week" },
            ]}
          />
          <Button size="xs" variant="default" onClick={() => openPage(date)}>
            To read or print
          </Button>
        </Group>
      }
    >
      <Shown of={digest} height={300}>
        {(answer) => <Summary digest={answer} />}
      </Shown>
    </Section>
  );
}

function Summary({ digest }: { digest: Answer }) {
  const { totals, before, top_day, insights } = digest;
  return (
    <Stack gap="xs">
      <Text size="sm">
        {nameOf(digest)}.{top_day && ` The fullest day was ${longDay(top_day)}.`}
        {insights.length > 0 &&
          ` ${insights.length === 1 ? "One insight is" : `${insights.length} insights are`} of its days.`}
      </Text>
      <Scrolled label="The week in numbers">
        <Table miw={320}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Of the week</Table.Th>
              <Table.Th ta="right">Sum</Table.Th>
              <Table.Th ta="right">Than before</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ROWS.map(({ name, of, words }) => (
              <Table.Tr key={of}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right">
                  <Evidence
                    title={`${name}, ${nameOf(digest)}`}
                    value={words(totals[of])}
                    how="Added up over the days of the week."
                    derived={digest}
                    of={isOfDay(of) && <DaysBehind {...daysOf(digest, of)} />}
                  />
                </Table.Td>
                <Table.Td ta="right">
                  <Difference now={totals[of]} before={before[of]} words={words} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolled>
    </Stack>
  );
}

const OF_DAYS = ["active_s", "focus_s", "tracked_s"] as const;
type OfDay = (typeof OF_DAYS)[number];

const isOfDay = (name: string): name is OfDay => OF_DAYS.some((each) => each === name);

const daysOf = ({ days }: Answer, of: OfDay) => ({
  days: days
    .filter((day) => day[of] > 0)
    .map((day) => ({ date: day.date, words: duration(day[of]) })),
  entries: of === "tracked_s" ? ALL_ENTRIES : undefined,
});

/** In a tab of its own; the address alone would not say who asks. */
const openPage = (date: string) =>
  withAnswer(call("get", "/digest.html", { query: { date } }), (content) =>
    openInTab(new Blob([content], { type: "text/html;charset=utf-8" })),
  );
