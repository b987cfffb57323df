import { Checkbox, NumberInput, Select, TextInput } from "@mantine/core";
import { call } from "../../../api/calls";
import type { Project } from "../../../api/schema";
import { useSave } from "../../../shell/undo";
import { FormModal } from "../FormModal";
import { FormProblem } from "../FormProblem";
import { useFields } from "../useFields";
import { Color } from "./Color";

const AT_FIELDS = ["name", "color", "parent_id", "default_estimate_s"];

export function ProjectForm({
  project,
  all,
  close,
}: {
  project?: Project;
  all: Project[];
  close: () => void;
}) {
  const before = {
    name: project?.name ?? "",
    color: project?.color ?? "",
    parent_id: project?.parent_id ?? null,
    billable: project?.billable ?? false,
    default_estimate_s: project?.default_estimate_s ?? null,
  };
  const { values, set, typed } = useFields(before);
  const { save, problem, busy } = useSave();
  const submit = async () => {
    const made = project
      ? await save({
          call: call("patch", "/projects/{id}", {
            path: { id: project.id },
            body: values,
            version: project.version,
          }),
          done: `Changed the project “${values.name}”`,
          undo: () => [call("patch", "/projects/{id}", { path: { id: project.id }, body: before })],
        })
      : await save({
          call: call("post", "/projects", { body: { ...values, color: values.color || null } }),
          done: `Added the project “${values.name}”`,
          undo: ({ id }) => [call("delete", "/projects/{id}", { path: { id } })],
        });
    if (made) close();
  };
  const isNameTaken = problem?.code === "name-taken";
  return (
    <FormModal
      title={project ? "Edit project" : "Add project"}
      action="Save project"
      busy={busy}
      close={close}
      submit={submit}
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        maxLength={200}
        error={isNameTaken ? problem.message : problem?.of("name")}
        {...typed("name")}
      />
      <Color value={values.color} set={(color) => set({ color })} error={problem?.of("color")} />
      <Select
        label="Part of"
        placeholder="No other project"
        clearable
        clearButtonProps={{ "aria-label": "Part of no other project" }}
        data={all
          .filter(({ id }) => id !== project?.id)
          .map(({ id, name }) => ({ value: id, label: name }))}
        value={values.parent_id}
        onChange={(parent_id) => set({ parent_id })}
        error={problem?.of("parent_id")}
      />
      <NumberInput
        label="A task usually takes (minutes)"
        description="Empty: no estimate"
        hideControls
        value={values.default_estimate_s === null ? "" : values.default_estimate_s / 60}
        onChange={(minutes) =>
          set({ default_estimate_s: minutes === "" ? null : Math.round(Number(minutes) * 60) })
        }
        error={problem?.of("default_estimate_s")}
      />
      <Checkbox
        label="Billable"
        checked={values.billable}
        onChange={(event) => set({ billable: event.currentTarget.checked })}
      />
      {!isNameTaken && <FormProblem problem={problem} fields={AT_FIELDS} />}
    </FormModal>
  );
}
