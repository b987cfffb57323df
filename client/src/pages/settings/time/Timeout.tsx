import { Button, Group, NumberInput, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../../api/calls";
import type { Me } from "../../../api/schema";
import { Section } from "../../../shared/Shown";
import { duration } from "../../../shared/time";
import { useSave } from "../../../shell/undo";
import { FormProblem } from "../FormProblem";

export function Timeout({ me }: { me: Me }) {
  const [minutes, setMinutes] = useState<number | string>(me.timeout_s / 60);
  const { save, problem, busy } = useSave();
  const seconds = Math.round(Number(minutes) * 60);
  return (
    <Section title="Pauses">
      <Text size="sm" c="dimmed" mb="sm">
        Two signs of you that are closer than this are one stretch of activity; a longer silence is
        a pause. The whole history is derived anew, so totals change.
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save({
            call: call("patch", "/me", { body: { timeout_s: seconds } }),
            done: `A pause begins after ${duration(seconds)}`,
            undo: () => [call("patch", "/me", { body: { timeout_s: me.timeout_s } })],
          });
        }}
      >
        <Group align="flex-end">
          <NumberInput
            label="A pause begins after (minutes)"
            required
            hideControls
            value={minutes}
            onChange={setMinutes}
            error={problem?.of("timeout_s")}
          />
          <Button type="submit" loading={busy} disabled={seconds === me.timeout_s}>
            Save pauses
          </Button>
        </Group>
        <FormProblem problem={problem} fields={["timeout_s"]} />
      </form>
    </Section>
  );
}
