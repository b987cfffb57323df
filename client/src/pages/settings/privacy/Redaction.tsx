import { Code, Stack, Text } from "@mantine/core";
import { call } from "../../../api/calls";
import { useGet } from "../../../api/queries";
import type { WebRedactionRulesNewRule as NewRule, ShownRule } from "../../../api/schema";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { useDo } from "../../../shell/undo";
import { Row, RowButton, Rows } from "../Rows";
import { RedactionForm } from "./RedactionForm";
import { RedactionRun } from "./RedactionRun";

const DOES: Record<string, string> = {
  drop: "is dropped",
  hash: "is replaced by a code",
  shorten: "is shortened",
};
const AGAIN_MS = 1000;

/** Less, before it is kept. */
export function Redaction() {
  const rules = useGet("/redaction-rules", undefined, {
    refetchInterval: ({ state }) => (state.data?.run && !state.data.run.done_at ? AGAIN_MS : false),
  });
  const act = useDo();
  const end = ({ id, field, pattern, action }: ShownRule) =>
    act({
      call: call("delete", "/redaction-rules/{id}", { path: { id } }),
      done: "Ended the redaction rule; what it redacted stays so",
      undo: () => [
        call("post", "/redaction-rules", {
          body: { field, pattern, action: action as NewRule["action"] },
        }),
      ],
    });
  return (
    <Section title="Redaction">
      <Stack>
        <Text size="sm" c="dimmed">
          What must not be kept is dropped, replaced or shortened before anything is written. The
          time still counts.
        </Text>
        <RedactionForm />
        <Shown of={rules} height={120}>
          {({ items, run }) => (
            <>
              {items.length ? (
                <Rows label="Redaction rules">
                  {items.map((rule) => (
                    <Row
                      key={rule.id}
                      actions={
                        <RowButton
                          onClick={() => end(rule)}
                          aria-label={`End the rule for ${rule.field} ${rule.pattern}`}
                        >
                          End
                        </RowButton>
                      }
                    >
                      <Text size="sm">
                        <Code>{rule.field}</Code>{" "}
                        {rule.pattern ? (
                          <>
                            with <Code>{rule.pattern}</Code>
                          </>
                        ) : (
                          "whatever it says"
                        )}{" "}
                        {DOES[rule.action] ?? rule.action}
                      </Text>
                    </Row>
                  ))}
                </Rows>
              ) : (
                <Empty>
                  Nothing is redacted. A rule for entity with (?i)bank, for instance, keeps no title
                  that speaks of your bank.
                </Empty>
              )}
              {(items.length > 0 || run) && <RedactionRun run={run} hasRules={items.length > 0} />}
            </>
          )}
        </Shown>
      </Stack>
    </Section>
  );
}
