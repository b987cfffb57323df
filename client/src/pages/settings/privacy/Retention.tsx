import { Button, Group, NumberInput, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../../api/calls";
import { useGet } from "../../../api/queries";
import type { WebStorageKept as Kept } from "../../../api/schema";
import { Section, Shown } from "../../../shared/Shown";
import { useSave } from "../../../shell/undo";
import { FormProblem } from "../FormProblem";
import { StorageForecast } from "./StorageForecast";

export function Retention() {
  const storage = useGet("/me/storage");
  return (
    <Section title="How long events are kept">
      <Shown of={storage} height={260}>
        {(stored) => (
          <Stack>
            <Choice kept={stored.retention} key={String(stored.retention.days)} />
            <StorageForecast stored={stored} />
          </Stack>
        )}
      </Shown>
    </Section>
  );
}

function Choice({ kept }: { kept: Kept }) {
  const [isLimited, setIsLimited] = useState(kept.days !== null);
  const [days, setDays] = useState<number | string>(kept.days ?? 365);
  const { save, problem, busy } = useSave();
  const chosen = isLimited ? Number(days) : null;
  const put = (days: number | null) => call("put", "/me/retention", { body: { days } });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save({
          call: put(chosen),
          done: chosen ? `Events are kept for ${chosen} days` : "Events are kept for ever",
          undo: () => [put(kept.days)],
        });
      }}
    >
      <Stack gap="sm">
        <Radio.Group
          label="Events are kept"
          description="Days and all that was derived of them stay in any case. What went does not come back."
          value={isLimited ? "limited" : "ever"}
          onChange={(value) => setIsLimited(value === "limited")}
        >
          <Group mt="xs">
            <Radio value="ever" label="For ever" />
            <Radio value="limited" label="For some days" />
          </Group>
        </Radio.Group>
        <Group align="flex-end">
          <NumberInput
            label="Days"
            hideControls
            disabled={!isLimited}
            value={days}
            onChange={setDays}
            error={problem?.of("days")}
          />
          <Button type="submit" loading={busy} disabled={chosen === kept.days}>
            Save retention
          </Button>
        </Group>
        <FormProblem problem={problem} fields={["days"]} />
        {kept.first_open && (
          <Text size="sm" c="dimmed">
            Days before {kept.first_open} are closed: they stay as they were derived.
          </Text>
        )}
      </Stack>
    </form>
  );
}
