import {
  Anchor,
  Button,
  Card,
  Center,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Problem } from "../../api/problems";
import { register, signIn } from "../../api/session";
import { Failed } from "../../shared/Shown";

/** The door: an account that is there, or a new one. */
export function SignIn() {
  const [isNew, setIsNew] = useState(false);
  return (
    <Center mih="100vh" component="main" p="md">
      <Card withBorder padding="xl" w={380}>
        <Stack>
          <div>
            <Title order={1} size="h3">
              {isNew ? "New account" : "TimeFlow"}
            </Title>
            <Text c="dimmed" size="sm">
              {isNew
                ? "The first account of an instance is its owner's."
                : "Your time, your tasks."}
            </Text>
          </div>
          {isNew ? <NewAccount /> : <SignInForm />}
          <Anchor component="button" type="button" size="sm" onClick={() => setIsNew(!isNew)}>
            {isNew ? "I have an account" : "Make a new account"}
          </Anchor>
        </Stack>
      </Card>
    </Center>
  );
}

/** Asks for the code of a second factor once the server does. `email` fixed: the same person again. */
export function SignInForm({ email: fixed }: { email?: string }) {
  const [email, setEmail] = useState(fixed ?? "");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string>();
  const { submit, problem, busy } = useDoor(() =>
    signIn({ email, password, code: code || undefined }),
  );
  const asksCode = code !== undefined || problem?.code === "totp-required";
  const shown = problem && problem.code !== "totp-required" ? problem : null;
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          required
          readOnly={fixed !== undefined}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Password value={password} set={setPassword} known isFirst={fixed !== undefined} />
        {asksCode && (
          <TextInput
            label="Code"
            description="Of your authenticator, or one of your recovery codes"
            autoComplete="one-time-code"
            autoFocus
            required
            value={code ?? ""}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        {shown && <Failed problem={shown} />}
        <Button type="submit" loading={busy}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}

function NewAccount() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [invite, setInvite] = useState("");
  const { submit, problem, busy } = useDoor(async () => {
    const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    await register({ email, password, time_zone, invite: invite || undefined });
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          required
          error={problem?.of("email")}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Password value={password} set={setPassword} />
        <TextInput
          label="Invite"
          description="Only where the operator asks for one"
          value={invite}
          onChange={(event) => setInvite(event.currentTarget.value)}
        />
        {problem && <Failed problem={problem} />}
        <Button type="submit" loading={busy}>
          Make the account
        </Button>
      </Stack>
    </form>
  );
}

function Password({
  value,
  set,
  known = false,
  isFirst = false,
}: {
  value: string;
  set: (value: string) => void;
  known?: boolean;
  /** Of a dialog that asks for nothing else. */
  isFirst?: boolean;
}) {
  return (
    <PasswordInput
      label="Password"
      description={known ? undefined : "8 to 128 characters of any kind"}
      autoComplete={known ? "current-password" : "new-password"}
      required
      data-autofocus={isFirst || undefined}
      minLength={known ? undefined : 8}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
      visibilityToggleButtonProps={{ "aria-label": "Show or hide what is typed" }}
    />
  );
}

function useDoor(enter: () => Promise<void>) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await enter();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return { submit, problem, busy };
}
