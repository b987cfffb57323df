import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { call } from "../../../api/calls";
import { useSession } from "../../../api/session";
import { Section } from "../../../shared/Shown";
import { useSave } from "../../../shell/undo";
import { FormProblem } from "../FormProblem";
import { useFields } from "../useFields";
import { CurrentPassword } from "./CurrentPassword";

export function ChangePassword() {
  const email = useSession()?.user.email;
  const { values, set, typed, clear } = useFields({ current_password: "", new_password: "" });
  const { save, problem, busy } = useSave();
  const submit = async () => {
    const made = await save({
      call: call("post", "/me/password", { body: values }),
      done: "Changed the password; all other sign-ins have ended",
    });
    if (made) clear();
  };
  return (
    <Section title="Password">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="sm" maw={400}>
          <Text size="sm" c="dimmed">
            A new password ends all other sign-ins. API keys stay.
          </Text>
          {/* So that a password manager knows whose password changes. */}
          <input type="hidden" autoComplete="username" value={email ?? ""} readOnly />
          <CurrentPassword
            value={values.current_password}
            set={(current_password) => set({ current_password })}
            problem={problem}
          />
          <PasswordInput
            label="New password"
            description="8 to 128 characters of any kind"
            autoComplete="new-password"
            required
            error={problem?.of("new_password")}
            visibilityToggleButtonProps={{ "aria-label": "Show or hide the new password" }}
            {...typed("new_password")}
          />
          {problem?.code !== "wrong-password" && (
            <FormProblem problem={problem} fields={["current_password", "new_password"]} />
          )}
          <Group justify="flex-end">
            <Button type="submit" loading={busy}>
              Change password
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
