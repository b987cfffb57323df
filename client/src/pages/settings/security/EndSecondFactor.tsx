import { TextInput } from "@mantine/core";
import { call } from "../../../api/calls";
import { useSave } from "../../../shell/undo";
import { FormModal } from "../FormModal";
import { FormProblem } from "../FormProblem";
import { useFields } from "../useFields";
import { CurrentPassword } from "./CurrentPassword";

export function EndSecondFactor({ close }: { close: () => void }) {
  const { values, set, typed } = useFields({ current_password: "", code: "" });
  const { save, problem, busy } = useSave();
  const end = async () => {
    const made = await save({
      call: call("delete", "/me/totp", { body: values }),
      done: "The second factor is off",
    });
    if (made) close();
  };
  const isAtField = ["wrong-password", "wrong-code"].includes(problem?.code ?? "");
  return (
    <FormModal
      title="Switch the second factor off"
      action="Switch off"
      busy={busy}
      close={close}
      submit={end}
    >
      <CurrentPassword
        value={values.current_password}
        set={(current_password) => set({ current_password })}
        problem={problem}
        isFirst
      />
      <TextInput
        label="Code"
        description="Of your authenticator, or a recovery code"
        autoComplete="one-time-code"
        required
        error={problem?.code === "wrong-code" ? problem.message : undefined}
        {...typed("code")}
      />
      {!isAtField && <FormProblem problem={problem} fields={["current_password"]} />}
    </FormModal>
  );
}
