import { Button, Progress, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../../api/calls";
import { useAll } from "../../../api/queries";
import type { FollowedGoal } from "../../../api/schema";
import { useProjects } from "../../../shared/colors";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { useDo } from "../../../shell/undo";
import { Facts, Row, RowButton, Rows, Words } from "../Rows";
import { GoalForm } from "./GoalForm";
import { amount, wordsOf } from "./goals";

export function Goals() {
  const goals = useAll("/goals");
  const { named } = useProjects();
  const [edited, setEdited] = useState<FollowedGoal | "new" | null>(null);
  const act = useDo();
  const remove = ({ id, name, version }: FollowedGoal) =>
    act({
      call: call("delete", "/goals/{id}", { path: { id }, version }),
      done: `Deleted the goal “${name}”`,
      undo: () => [call("post", "/goals/{id}/restore", { path: { id } })],
    });
  return (
    <Section
      title="Goals"
      aside={
        <Button size="xs" onClick={() => setEdited("new")}>
          Add goal
        </Button>
      }
    >
      <Shown of={goals} height={240}>
        {(all) =>
          all.length ? (
            <Rows label="Goals">
              {all.map((goal) => (
                <Row
                  key={goal.id}
                  actions={
                    <>
                      <RowButton onClick={() => setEdited(goal)} aria-label={`Edit ${goal.name}`}>
                        Edit
                      </RowButton>
                      <RowButton onClick={() => remove(goal)} aria-label={`Delete ${goal.name}`}>
                        Delete
                      </RowButton>
                    </>
                  }
                >
                  <Words>{goal.name}</Words>
                  <Facts>{wordsOf(goal, named)}</Facts>
                  <Now goal={goal} />
                  <Facts>
                    {goal.streak} in a row; longest {goal.longest_streak}
                  </Facts>
                </Row>
              ))}
            </Rows>
          ) : (
            <Empty>
              No goal yet. A goal asks for at least, or at most, so much time or so many tasks in a
              day, a week or a month, and counts how often in a row you kept it.
            </Empty>
          )
        }
      </Shown>
      {edited && (
        <GoalForm goal={edited === "new" ? undefined : edited} close={() => setEdited(null)} />
      )}
    </Section>
  );
}

function Now({ goal: { metric, name, now } }: { goal: FollowedGoal }) {
  if (now.target === null) return <Facts>Not asked for today</Facts>;
  const words = `${amount(metric, now.value)} of ${amount(metric, now.target)}`;
  return (
    <>
      <Text size="sm">
        {words}
        {now.met && " ✓"}
      </Text>
      <Progress
        maw={320}
        my={4}
        size="sm"
        value={now.target ? Math.min(100, (now.value / now.target) * 100) : 100}
        aria-label={`${name}: ${words}`}
      />
    </>
  );
}
