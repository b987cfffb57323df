import { List, SimpleGrid, Stack, Text } from "@mantine/core";
import type { Edited, Plan as PlanAnswer } from "../../../api/schema";
import { Json } from "../Json";
import { count, shortId, things } from "../words";

/** What would happen to how many, and what edits would make of the first of them. */
export function Plan({ plan, does }: { plan: PlanAnswer; does: string }) {
  return (
    <Stack gap="xs">
      <Text role="status">
        <b>{things(plan.letters, "letter")}</b> {does}
      </Text>
      <List size="sm">
        {plan.errors.map(({ stage, error_class, letters }) => (
          <List.Item key={`${stage} ${error_class}`}>
            {count(letters)} of {stage} with {error_class}
          </List.Item>
        ))}
      </List>
      {plan.edits.map((each, at) => (
        <details key={each.id} open={at === 0}>
          <summary>What becomes of {shortId(each.id)}</summary>
          <BeforeAndAfter of={each} />
        </details>
      ))}
      {plan.edits.length > 0 && plan.edits.length < plan.letters && (
        <Text size="sm" c="dimmed">
          And so on: the first {plan.edits.length} of {count(plan.letters)} are shown, and the edit
          fits all.
        </Text>
      )}
    </Stack>
  );
}

function BeforeAndAfter({ of: { before, after } }: { of: Edited }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <div>
        <Text size="sm" fw={600}>
          Before
        </Text>
        <Json of={before} label="Before" mah={220} />
      </div>
      <div>
        <Text size="sm" fw={600}>
          After
        </Text>
        <Json of={after} label="After" mah={220} />
      </div>
    </SimpleGrid>
  );
}
