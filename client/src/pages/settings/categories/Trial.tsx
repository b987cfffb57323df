import { Stack, Text } from "@mantine/core";
import type { WebCategoryRulesNewRule as NewRule } from "../../../api/schema";
import { Shown } from "../../../shared/Shown";
import { duration } from "../../../shared/time";
import { CoverageBar } from "./CoverageBar";
import { TRIAL_DAYS, useTrial } from "./useTrial";

/** What rules would do, before they are saved. */
export function Trial({ rules }: { rules: NewRule[] }) {
  const trial = useTrial(rules);
  return (
    <Shown of={trial} height={132}>
      {({ before, after, changed_s }) => (
        <Stack gap="xs" aria-live="polite">
          <CoverageBar label="With a category before" of={before} />
          <CoverageBar label="With a category after" of={after} />
          <Text size="sm" c="dimmed">
            {duration(changed_s)} of your last {TRIAL_DAYS} days would get another category.
          </Text>
        </Stack>
      )}
    </Shown>
  );
}
