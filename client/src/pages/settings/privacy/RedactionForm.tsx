import { Autocomplete, Button, NativeSelect, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { call } from "../../../api/calls";
import type { WebRedactionRulesNewRule as NewRule } from "../../../api/schema";
import { useSave } from "../../../shell/undo";
import { FormProblem } from "../FormProblem";
import { useFields } from "../useFields";

const NEW: NewRule = { field: "entity", pattern: "", action: "drop" };
const ACTIONS = [
  { value: "drop", label: "Drop it" },
  { value: "hash", label: "Replace by a code" },
  { value: "shorten", label: "Shorten it" },
];

export function RedactionForm() {
  const { values, set, typed, clear } = useFields(NEW);
  const { save, problem, busy } = useSave();
  const add = async () => {
    const made = await save({
      call: call("post", "/redaction-rules", { body: values }),
      done: "Added a redaction rule; it holds from now on",
      undo: ({ id }) => [call("delete", "/redaction-rules/{id}", { path: { id } })],
    });
    if (made) clear();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, md: 3 }}>
          <Autocomplete
            label="Field"
            description="Or one in data: url"
            required
            data={["entity", "project", "category", "device"]}
            value={values.field}
            onChange={(field) => set({ field })}
            error={problem?.of("field")}
          />
          <TextInput
            label="Redacted where it has"
            description="A pattern (RE2); empty: always"
            error={problem?.of("pattern")}
            {...typed("pattern")}
          />
          <NativeSelect
            label="What happens"
            description="To the whole value"
            data={ACTIONS}
            {...typed("action")}
          />
        </SimpleGrid>
        <FormProblem problem={problem} fields={["field", "pattern"]} />
        <Button type="submit" loading={busy} style={{ alignSelf: "flex-end" }}>
          Add redaction rule
        </Button>
      </Stack>
    </form>
  );
}
