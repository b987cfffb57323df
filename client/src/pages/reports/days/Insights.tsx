import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useGet } from "../../../api/queries";
import type { Insight } from "../../../api/schema";
import { useUrl } from "../../../shared/hooks";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { InsightRow } from "./InsightRow";

type State = Insight["state"];

const STATES: { value: State; label: string }[] = [
  { value: "new", label: "That hold" },
  { value: "dismissed", label: "Dismissed" },
  { value: "expired", label: "Taken back" },
];
const MOST = 100;

const NOTHING: Record<State, string> = {
  new: "Nothing stands out. What is unlike your usual days, by more than chance, is told here.",
  dismissed: "You have dismissed nothing.",
  expired: "Nothing was taken back: no late event corrected what was told.",
};

/** What closed days say. */
export function Insights() {
  const [asked, setState] = useUrl("insights", "new");
  const state = STATES.find(({ value }) => value === asked)?.value ?? "new";
  const insights = useGet("/insights", { query: { state, limit: MOST } });
  return (
    <Section
      title="What your days say"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Which insights"
          value={state}
          onChange={setState}
          data={STATES}
        />
      }
    >
      <Shown of={insights} height={160}>
        {({ items, pushed, history, next_cursor }) => (
          <Stack gap="xs">
            {items.length ? (
              items.map((each) => (
                <InsightRow key={each.id} insight={each} isToday={each.id === pushed} />
              ))
            ) : (
              <Empty>{NOTHING[state]}</Empty>
            )}
            <Text size="xs" c="dimmed">
              {history.charAt(0).toUpperCase() + history.slice(1)}.
              {next_cursor && ` The latest ${MOST} are shown.`}
            </Text>
          </Stack>
        )}
      </Shown>
    </Section>
  );
}
