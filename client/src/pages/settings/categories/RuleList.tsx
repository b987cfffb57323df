import { ActionIcon, Code, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { call } from "../../../api/calls";
import type { Rule } from "../../../api/schema";
import { Empty } from "../../../shared/Shown";
import { useDo } from "../../../shell/undo";
import { Facts, Row, RowButton, Rows } from "../Rows";
import { FIELDS, productivityWords, setAgain } from "./rules";
import { useMove } from "./useMove";

/** In the order in which they are tried; also `Alt` with an arrow moves the rule of the row. */
export function RuleList({ rules, edit }: { rules: Rule[]; edit: (rule: Rule) => void }) {
  const act = useDo();
  const move = useMove();
  const byKey = (rule: Rule, event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || !event.altKey || event.repeat) return;
    event.preventDefault();
    move(rule, by);
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
          onKeyDown={(event) => byKey(rule, event)}
          actions={
            <>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Move up “${rule.category}”`}
                aria-keyshortcuts="Alt+ArrowUp"
                {...unusable(rule.order === 1)}
                onClick={() => move(rule, -1)}
              >
                <IconArrowUp size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Move down “${rule.category}”`}
                aria-keyshortcuts="Alt+ArrowDown"
                {...unusable(rule.order === rules.length)}
                onClick={() => move(rule, 1)}
              >
                <IconArrowDown size={16} aria-hidden />
              </ActionIcon>
              <RowButton
                onClick={() => edit(rule)}
                aria-label={`Edit the rule for “${rule.category}”`}
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

/** Unlike one that is disabled, a button keeps the focus when its rule has come to the end. */
const unusable = (is: boolean) => ({ "aria-disabled": is, "data-disabled": is || undefined });
