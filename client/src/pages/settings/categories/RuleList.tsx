import { ActionIcon, Code, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { call } from "../../../api/calls";
import type { Rule } from "../../../api/schema";
import { Empty } from "../../../shared/Shown";
import { useDo } from "../../../shell/undo";
import { Facts, Row, RowButton, Rows } from "../Rows";
import { FIELDS, productivityWords, setAgain } from "./rules";

/** In the order in which they are tried; also `Alt` with an arrow moves the rule of the row. */
export function RuleList({ rules, edit }: { rules: Rule[]; edit: (rule: Rule) => void }) {
  const act = useDo();
  const move = (rule: Rule, order: number) => {
    if (order < 1 || order > rules.length) return;
    act({
      call: call("patch", "/category-rules/{id}", { path: { id: rule.id }, body: { order } }),
      done: `Moved “${rule.category}” to place ${order}`,
      undo: () => setAgain(rules),
    });
  };
  const remove = (rule: Rule) =>
    act({
      call: call("delete", "/category-rules/{id}", { path: { id: rule.id } }),
      done: `Deleted the rule for “${rule.category}”`,
      undo: () => setAgain(rules),
    });
  if (!rules.length)
    return (
      <Empty>
        No rule yet: everything keeps the category that it came with. Add a rule, or accept one of
        those suggested below.
      </Empty>
    );
  return (
    <Rows label="Category rules">
      {rules.map((rule) => (
        <Row
          key={rule.id}
          actions={
            <>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Move up “${rule.category}”`}
                disabled={rule.order === 1}
                onClick={() => move(rule, rule.order - 1)}
              >
                <IconArrowUp size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Move down “${rule.category}”`}
                disabled={rule.order === rules.length}
                onClick={() => move(rule, rule.order + 1)}
              >
                <IconArrowDown size={16} aria-hidden />
              </ActionIcon>
              <RowButton
                onClick={() => edit(rule)}
                aria-label={`Edit the rule for “${rule.category}”`}
                onKeyDown={(event) => {
                  if (!event.altKey) return;
                  if (event.key === "ArrowUp") move(rule, rule.order - 1);
                  if (event.key === "ArrowDown") move(rule, rule.order + 1);
                }}
              >
                Edit
              </RowButton>
              <RowButton
                onClick={() => remove(rule)}
                aria-label={`Delete the rule for “${rule.category}”`}
              >
                Delete
              </RowButton>
            </>
          }
        >
          <Text size="sm">
            <Text span fw={600} inherit>
              {rule.category}
            </Text>{" "}
            where {FIELDS[rule.field].toLowerCase()} has <Code>{rule.pattern}</Code>
          </Text>
          <Facts>
            {rule.order}. {productivityWords(rule.productivity)}
          </Facts>
        </Row>
      ))}
    </Rows>
  );
}
