import { Button, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { call } from "../../../api/calls";
import type { Me } from "../../../api/schema";
import { Section } from "../../../shared/Shown";
import { useSave } from "../../../shell/undo";
import { FormProblem } from "../FormProblem";

export function DayStart({ me }: { me: Me }) {
  const [at, setAt] = useState(me.day_start);
  const { save, problem, busy } = useSave();
  return (
    <Section title="Start of the day">
      <Text size="sm" c="dimmed" mb="sm">
        What you do before this hour belongs to the day before. The whole history is derived anew.
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save({
            call: call("patch", "/me", { body: { day_start: at } }),
            done: `The day starts at ${at}`,
            undo: () => [call("patch", "/me", { body: { day_start: me.day_start } })],
          });
        }}
      >
        <Group align="flex-end">
          <TextInput
            type="time"
            label="Day starts at"
            required
            value={at}
            onChange={(event) => setAt(event.currentTarget.value)}
            error={problem?.of("day_start")}
          />
          <Button type="submit" loading={busy} disabled={at === me.day_start}>
            Save start
          </Button>
        </Group>
        <FormProblem problem={problem} fields={["day_start"]} />
      </form>
    </Section>
  );
}
