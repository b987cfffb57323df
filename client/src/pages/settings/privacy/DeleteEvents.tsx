import { Alert, Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { call, send } from "../../../api/calls";
import { Problem } from "../../../api/problems";
import { useAll } from "../../../api/queries";
import { Section } from "../../../shared/Shown";
import { useSave } from "../../../shell/undo";
import { Confirm } from "../Confirm";
import { FormProblem } from "../FormProblem";
import { useFields } from "../useFields";

const NOTHING = { from: "", to: "", device: "", q: "" };

/** First counted, then asked about, then deleted. */
export function DeleteEvents() {
  const { values, set, typed, clear } = useFields(NOTHING);
  const { data: devices = [] } = useAll("/devices");
  const [counted, setCounted] = useState<number | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const [counting, setCounting] = useState(false);
  const [notCounted, setNotCounted] = useState<Problem | null>(null);
  const { save, problem: notDeleted, busy, reset } = useSave();
  const problem = notCounted ?? notDeleted;
  const query = {
    from: values.from || undefined,
    to: values.to || undefined,
    device: values.device || undefined,
    q: values.q || undefined,
  };
  const count = async () => {
    setCounting(true);
    setNotCounted(null);
    reset();
    try {
      const made = call("delete", "/events", { query: { ...query, dry_run: true } });
      setCounted((await send(made)).deleted);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setNotCounted(error);
    }
    setCounting(false);
  };
  const remove = async () => {
    const made = await save({
      call: call("delete", "/events", { query }),
      done: "Deleted the events; the days are derived anew",
    });
    setIsAsking(false);
    if (!made) return;
    clear();
    setCounted(null);
  };
  return (
    <Section title="Delete events">
      <form
        onChange={() => setCounted(null)}
        onSubmit={(event) => {
          event.preventDefault();
          count();
        }}
      >
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            Deletes what fits all that you give, for good. What fits and is sent again later is not
            kept either.
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput type="date" label="From" error={problem?.of("from")} {...typed("from")} />
            <TextInput
              type="date"
              label="To"
              description={undefined}
              error={problem?.of("to")}
              {...typed("to")}
            />
            <Select
              label="Device"
              placeholder="Any"
              clearable
              clearButtonProps={{ "aria-label": "Any device" }}
              data={devices.map(({ name, label }) => ({ value: name, label: label || name }))}
              value={values.device || null}
              onChange={(device) => {
                set({ device: device ?? "" });
                setCounted(null);
              }}
              error={problem?.of("device")}
            />
            <TextInput
              label="Text"
              placeholder="In names, titles, addresses"
              maxLength={200}
              error={problem?.of("q")}
              {...typed("q")}
            />
          </SimpleGrid>
          <FormProblem problem={problem} fields={["from", "to", "device", "q"]} />
          <Group justify="flex-end">
            <Button type="submit" variant="default" loading={counting}>
              Count first
            </Button>
          </Group>
          {counted !== null && (
            <Alert color={counted ? "red" : "gray"} role="status">
              <Group justify="space-between">
                <Text size="sm">{counted ? `${events(counted)} would go.` : "Nothing fits."}</Text>
                {counted > 0 && (
                  <Button color="red" onClick={() => setIsAsking(true)}>
                    Delete {events(counted)}…
                  </Button>
                )}
              </Group>
            </Alert>
          )}
        </Stack>
      </form>
      <Confirm
        title={`Delete ${events(counted ?? 0)} for good?`}
        action={`Delete ${events(counted ?? 0)}`}
        opened={isAsking}
        close={() => setIsAsking(false)}
        confirm={remove}
        busy={busy}
      >
        <Text size="sm">This cannot be taken back. Your days are derived anew without them.</Text>
      </Confirm>
    </Section>
  );
}

const events = (count: number) => (count === 1 ? "1 event" : `${count} events`);
