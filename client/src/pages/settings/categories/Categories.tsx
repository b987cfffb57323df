import { Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useGet } from "../../../api/queries";
import type { Rule } from "../../../api/schema";
import { Section, Shown } from "../../../shared/Shown";
import { CoverageBar } from "./CoverageBar";
import { RuleForm } from "./RuleForm";
import { RuleList } from "./RuleList";
import { withoutPlace } from "./rules";
import { Suggestions } from "./Suggestions";
import { TRIAL_DAYS, useTrial } from "./useTrial";

export function Categories() {
  const rules = useGet("/category-rules");
  const [edited, setEdited] = useState<Rule | "new" | null>(null);
  return (
    <>
      <Section
        title="Category rules"
        aside={
          <Button size="xs" onClick={() => setEdited("new")} disabled={!rules.data}>
            Add rule
          </Button>
        }
      >
        <Text size="sm" c="dimmed" mb="sm">
          The first rule that matches decides. Rules hold for the whole history.
        </Text>
        <Shown of={rules} height={320}>
          {({ items }) => (
            <Stack>
              <InForce rules={items} />
              <RuleList rules={items} edit={setEdited} />
            </Stack>
          )}
        </Shown>
      </Section>
      {rules.data && <Suggestions rules={rules.data.items} />}
      {edited && rules.data && (
        <RuleForm
          rules={rules.data.items}
          rule={edited === "new" ? undefined : edited}
          close={() => setEdited(null)}
        />
      )}
    </>
  );
}

function InForce({ rules }: { rules: Rule[] }) {
  const trial = useTrial(rules.map(withoutPlace));
  return (
    <Shown of={trial} height={36}>
      {({ before }) => (
        <CoverageBar
          label={`Active time of the last ${TRIAL_DAYS} days with a category`}
          of={before}
        />
      )}
    </Shown>
  );
}
