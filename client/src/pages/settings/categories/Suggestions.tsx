import { Code } from "@mantine/core";
import { call } from "../../../api/calls";
import { useGet } from "../../../api/queries";
import type { Rule, Suggestion } from "../../../api/schema";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { duration } from "../../../shared/time";
import { useDo } from "../../../shell/undo";
import { Facts, Row, RowButton, Rows, Words } from "../Rows";
import { FIELDS, setAgain } from "./rules";

/** What has no category and takes most time, each with a rule that would give it one. */
export function Suggestions({ rules }: { rules: Rule[] }) {
  const found = useGet("/category-rules/suggestions");
  const act = useDo();
  const accept = ({ rule }: Suggestion) =>
    act({
      call: call("post", "/category-rules", { body: rule }),
      done: `Added the rule for “${rule.category}”`,
      undo: () => setAgain(rules),
    });
  return (
    <Section title="Suggestions">
      <Shown of={found} height={200}>
        {({ items }) =>
          items.length ? (
            <Rows label="Suggestions">
              {items.map((each) => (
                <Row
                  key={each.entity}
                  actions={
                    <RowButton
                      onClick={() => accept(each)}
                      aria-label={`Accept “${each.rule.category}” for ${each.entity.slice(0, 100)}`}
                    >
                      Accept “{each.rule.category.slice(0, 40)}”
                    </RowButton>
                  }
                >
                  <Words>{each.entity}</Words>
                  <Facts>
                    {duration(each.active_s)} in 90 days; where{" "}
                    {FIELDS[each.rule.field].toLowerCase()} has <Code>{each.rule.pattern}</Code>
                  </Facts>
                </Row>
              ))}
            </Rows>
          ) : (
            <Empty>Everything that took time in the last 90 days has a category.</Empty>
          )
        }
      </Shown>
    </Section>
  );
}
