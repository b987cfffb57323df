import { NumberInput, Select, TextInput } from "@mantine/core";
import { call } from "../../../api/calls";
import type { Device } from "../../../api/schema";
import { useSave } from "../../../shell/undo";
import { FormModal } from "../FormModal";
import { FormProblem } from "../FormProblem";
import { useFields } from "../useFields";
import { nameOf } from "./names";

export function DeviceForm({
  device,
  all,
  close,
}: {
  device: Device;
  all: Device[];
  close: () => void;
}) {
  const { label, priority, merged_into } = device;
  const before = { label, priority, merged_into };
  const { values, set, typed } = useFields(before);
  const { save, problem, busy } = useSave();
  const path = { id: device.id };
  const submit = async () => {
    const made = await save({
      call: call("patch", "/devices/{id}", { path, body: values }),
      done: `Changed ${nameOf({ ...device, ...values })}`,
      undo: () => [call("patch", "/devices/{id}", { path, body: before })],
    });
    if (made) close();
  };
  return (
    <FormModal title="Edit device" action="Save device" busy={busy} close={close} submit={submit}>
      <TextInput
        label="Label"
        description={`What it is called here; its events say ${device.name.slice(0, 100) || "nothing"}`}
        data-autofocus
        error={problem?.of("label")}
        {...typed("label")}
      />
      <NumberInput
        label="Priority"
        description="Where two devices are active at once, the higher one has the time"
        hideControls
        allowDecimal={false}
        value={values.priority}
        onChange={(value) => set({ priority: Number(value) })}
        error={problem?.of("priority")}
      />
      <Select
        label="Counts as"
        description="For a device that has two names"
        placeholder="Itself"
        clearable
        clearButtonProps={{ "aria-label": "Counts as itself" }}
        data={all
          .filter(({ id }) => id !== device.id)
          .map((each) => ({ value: each.id, label: nameOf(each) }))}
        value={values.merged_into}
        onChange={(merged_into) => set({ merged_into })}
        error={problem?.of("merged_into")}
      />
      <FormProblem problem={problem} fields={["label", "priority", "merged_into"]} />
    </FormModal>
  );
}
