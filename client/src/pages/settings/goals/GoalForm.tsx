import { Chip, Group, Input, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { call } from "../../../api/calls";
import type { FollowedGoal, NewGoal } from "../../../api/schema";
import { useSave } from "../../../shell/undo";
import { FormModal } from "../FormModal";
import { FormProblem } from "../FormProblem";
import { useFields } from "../useFields";
import { GoalScope } from "./GoalScope";
import { isTime, METRICS, OPS, PERIODS, targetOf, typedTarget, WEEKDAYS } from "./goals";

const AT_FIELDS = ["name", "target", "weekdays", "category", "project_id"];
const options = (names: Record<string, string>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

/** What a goal is about stays as it was made; what it asks for changes from today on. */
export function GoalForm({ goal, close }: { goal?: FollowedGoal; close: () => void }) {
  const { values, set, typed } = useFields({
    name: goal?.name ?? "",
    metric: (goal?.metric ?? "active_s") as NewGoal["metric"],
    op: (goal?.op ?? "at_least") as NewGoal["op"],
    period: (goal?.period ?? "day") as NewGoal["period"],
    category: goal?.category ?? "",
    project_id: goal?.project_id ?? "",
    target: goal ? typedTarget(goal.metric, goal.target) : ("" as number | string),
    weekdays: (goal?.weekdays ?? [1, 2, 3, 4, 5, 6, 7]).map(String),
  });
  const { save, problem, busy } = useSave();
  const isDaily = values.period === "day";
  const asked = {
    name: values.name,
    op: values.op,
    target: targetOf(values.metric, Number(values.target)),
    ...(isDaily && { weekdays: values.weekdays.map(Number) }),
  };
  const done = `${goal ? "Changed" : "Added"} the goal “${values.name}”`;
  const submit = async () => {
    const made = goal
      ? await save({
          call: call("patch", "/goals/{id}", {
            path: { id: goal.id },
            body: asked,
            version: goal.version,
          }),
          done,
          undo: () => [
            call("patch", "/goals/{id}", {
              path: { id: goal.id },
              body: {
                name: goal.name,
                op: goal.op as NewGoal["op"],
                target: goal.target,
                ...(isDaily && { weekdays: goal.weekdays }),
              },
            }),
          ],
        })
      : await save({
          call: call("post", "/goals", {
            body: {
              ...asked,
              metric: values.metric,
              period: values.period,
              category: (values.metric === "active_s" && values.category) || null,
              project_id: (values.metric === "tracked_s" && values.project_id) || null,
            },
          }),
          done,
          undo: ({ id }) => [call("delete", "/goals/{id}", { path: { id } })],
        });
    if (made) close();
  };
  return (
    <FormModal
      title={goal ? "Edit goal" : "Add goal"}
      action="Save goal"
      busy={busy}
      close={close}
      submit={submit}
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        maxLength={200}
        error={problem?.of("name")}
        {...typed("name")}
      />
      {!goal && (
        <>
          <NativeSelect label="Of what" data={options(METRICS)} {...typed("metric")} />
          <GoalScope values={values} set={set} problem={problem} />
        </>
      )}
      <Group grow align="flex-end">
        <NativeSelect label="How much" data={options(OPS)} {...typed("op")} />
        <NumberInput
          label={isTime(values.metric) ? "Hours" : "Tasks"}
          required
          hideControls
          value={values.target}
          onChange={(target) => set({ target })}
        />
        {!goal && <NativeSelect label="In" data={options(PERIODS)} {...typed("period")} />}
      </Group>
      {problem?.of("target") && <Input.Error>{problem.of("target")}</Input.Error>}
      {isDaily && (
        <Input.Wrapper
          label="On"
          labelElement="div"
          description="Days without it do not end a streak: take one out for a pause"
          error={problem?.of("weekdays")}
        >
          <Chip.Group multiple value={values.weekdays} onChange={(weekdays) => set({ weekdays })}>
            <Group gap={6} mt={6}>
              {WEEKDAYS.map((day, place) => (
                <Chip key={day} value={String(place + 1)} size="xs">
                  {day}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
      )}
      <FormProblem problem={problem} fields={AT_FIELDS} />
    </FormModal>
  );
}
