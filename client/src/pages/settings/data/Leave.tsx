import { Button, Group, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { call, send } from "../../../api/calls";
import { Problem } from "../../../api/problems";
import { useGet } from "../../../api/queries";
import { useSession } from "../../../api/session";
import { Section } from "../../../shared/Shown";
import { FormModal } from "../FormModal";
import { FormProblem } from "../FormProblem";
import { CurrentPassword } from "../security/CurrentPassword";
import { useFields } from "../useFields";
import { leadToErasure } from "./address";

export function Leave() {
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <Section title="Erase the account">
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw={520}>
          Everything of yours goes: events, days, tasks, time entries, keys. Nobody can bring it
          back. Export it first, if you may want it.
        </Text>
        <Button color="red" variant="outline" onClick={open}>
          Erase my account…
        </Button>
      </Group>
      {isOpen && <LeaveForm close={close} />}
    </Section>
  );
}

function LeaveForm({ close }: { close: () => void }) {
  const email = useSession()?.user.email ?? "";
  const { data: secondFactor } = useGet("/me/totp");
  const { values, set, typed } = useFields({ email: "", current_password: "", code: "" });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [isOther, setIsOther] = useState(false);
  const erase = async () => {
    const { current_password, code } = values;
    setIsOther(values.email.trim() !== email);
    if (values.email.trim() !== email) return;
    setBusy(true);
    try {
      // Not by `useChange`, which would read again what is nobody's from now on.
      const begun = await send(call("delete", "/me", { body: { current_password, code } }));
      leadToErasure(begun.erasure.id, begun.secret);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
      setBusy(false);
    }
  };
  const isAtField = ["wrong-password", "wrong-code"].includes(problem?.code ?? "");
  return (
    <FormModal
      title="Erase the account for good"
      action="Erase everything"
      busy={busy}
      close={close}
      submit={erase}
    >
      <TextInput
        label={`Type ${email} to confirm`}
        required
        autoComplete="off"
        data-autofocus
        error={isOther && "This is not the address of this account"}
        {...typed("email")}
      />
      <CurrentPassword
        value={values.current_password}
        set={(current_password) => set({ current_password })}
        problem={problem}
      />
      {secondFactor?.on && (
        <TextInput
          label="Code"
          description="Of your authenticator, or a recovery code"
          required
          error={problem?.code === "wrong-code" ? problem.message : undefined}
          {...typed("code")}
        />
      )}
      {!isAtField && <FormProblem problem={problem} fields={["current_password"]} />}
    </FormModal>
  );
}
