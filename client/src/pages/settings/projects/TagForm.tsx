import { TextInput } from "@mantine/core";
import { call } from "../../../api/calls";
import type { Tag } from "../../../api/schema";
import { useSave } from "../../../shell/undo";
import { FormModal } from "../FormModal";
import { FormProblem } from "../FormProblem";
import { useFields } from "../useFields";
import { Color } from "./Color";

export function TagForm({ tag, close }: { tag: Tag; close: () => void }) {
  const before = { name: tag.name, color: tag.color };
  const { values, set, typed } = useFields(before);
  const { save, problem, busy } = useSave();
  const path = { id: tag.id };
  const submit = async () => {
    const made = await save({
      call: call("patch", "/tags/{id}", { path, body: values, version: tag.version }),
      done: `Changed the tag “${values.name}”`,
      undo: () => [call("patch", "/tags/{id}", { path, body: before })],
    });
    if (made) close();
  };
  const isNameTaken = problem?.code === "name-taken";
  return (
    <FormModal title="Edit tag" action="Save tag" busy={busy} close={close} submit={submit}>
      <TextInput
        label="Name"
        description="Whatever bears the tag bears the new name"
        required
        data-autofocus
        maxLength={200}
        error={isNameTaken ? problem.message : problem?.of("name")}
        {...typed("name")}
      />
      <Color value={values.color} set={(color) => set({ color })} error={problem?.of("color")} />
      {!isNameTaken && <FormProblem problem={problem} fields={["name", "color"]} />}
    </FormModal>
  );
}
