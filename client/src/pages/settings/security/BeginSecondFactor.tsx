import { Anchor, Button, Group, Image, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { renderSVG } from "uqr";
import { call } from "../../../api/calls";
import type { WebTotpBegun as Begun } from "../../../api/schema";
import { Copyable } from "../../../shared/Copyable";
import { useSave } from "../../../shell/undo";
import { FormModal } from "../FormModal";
import { FormProblem } from "../FormProblem";
import { useFocusBack } from "../useFocusBack";
import { CurrentPassword } from "./CurrentPassword";

const TITLE = "Switch the second factor on";

/** The password; then a code of the authenticator that took the secret; then the recovery codes. */
export function BeginSecondFactor({ close }: { close: () => void }) {
  useFocusBack();
  const [begun, setBegun] = useState<Begun | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  if (codes) return <RecoveryCodes codes={codes} close={close} />;
  if (begun) return <FirstCode begun={begun} close={close} confirmed={setCodes} />;
  return <ProvePassword close={close} proved={setBegun} />;
}

function ProvePassword({ close, proved }: { close: () => void; proved: (begun: Begun) => void }) {
  const [current_password, setPassword] = useState("");
  const { save, problem, busy } = useSave();
  const begin = async () => {
    const made = await save({
      call: call("post", "/me/totp", { body: { current_password } }),
      done: "Now your authenticator",
    });
    if (made) proved(made.answer);
  };
  return (
    <FormModal title={TITLE} action="Go on" busy={busy} close={close} submit={begin}>
      <CurrentPassword value={current_password} set={setPassword} problem={problem} isFirst />
      {problem?.code !== "wrong-password" && (
        <FormProblem problem={problem} fields={["current_password"]} />
      )}
    </FormModal>
  );
}

function FirstCode({
  begun,
  close,
  confirmed,
}: {
  begun: Begun;
  close: () => void;
  confirmed: (codes: string[]) => void;
}) {
  const [code, setCode] = useState("");
  const { save, problem, busy } = useSave();
  const confirm = async () => {
    const made = await save({
      call: call("post", "/me/totp/confirm", { body: { code } }),
      done: "The second factor is on",
    });
    if (made) confirmed(made.answer.recovery_codes);
  };
  return (
    <FormModal title={TITLE} action="Switch on" busy={busy} close={close} submit={confirm}>
      <Text size="sm">
        Show this to your authenticator, type the secret into it, or{" "}
        <Anchor href={begun.uri}>open it there</Anchor> if it is on this device. Then type the code
        that it shows.
      </Text>
      <Image
        w={180}
        mx="auto"
        alt="The secret as a QR code"
        src={`data:image/svg+xml,${encodeURIComponent(renderSVG(begun.uri))}`}
      />
      <Copyable label="the secret" text={begun.secret} />
      <TextInput
        label="Code"
        autoComplete="one-time-code"
        inputMode="numeric"
        required
        data-autofocus
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={problem?.code === "wrong-code" ? problem.message : undefined}
      />
      {problem?.code !== "wrong-code" && <FormProblem problem={problem} fields={[]} />}
    </FormModal>
  );
}

function RecoveryCodes({ codes, close }: { codes: string[]; close: () => void }) {
  return (
    <Modal
      opened
      onClose={close}
      title="Keep these recovery codes"
      closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        <Text size="sm">
          Each stands in for your authenticator once. They are shown only now: print them, or put
          them where you keep your passwords.
        </Text>
        <Copyable label="the recovery codes" text={codes.join("\n")} />
        <Group justify="flex-end">
          <Button onClick={close}>I have kept them</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
