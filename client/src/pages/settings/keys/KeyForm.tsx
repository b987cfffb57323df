import { Checkbox, Group, TextInput } from "@mantine/core";
import { call } from "../../../api/calls";
import type { MadeKey, NewKey } from "../../../api/schema";
import { useSession } from "../../../api/session";
import { useSave } from "../../../shell/undo";
import { FormModal } from "../FormModal";
import { FormProblem } from "../FormProblem";
import { useFields } from "../useFields";

const SCOPES = {
  ingest: "post events",
  read: "read",
  write: "change",
  ops: "operate the instance",
} satisfies Record<NewKey["scopes"][number], string>;

export function KeyForm({ close, made }: { close: () => void; made: (key: MadeKey) => void }) {
  const isOperator = useSession()?.user.roles.includes("operator");
  const { values, set, typed } = useFields({
    name: "",
    scopes: ["ingest", "read"] as string[],
    device: "",
    until: "",
  });
  const { save, problem, busy } = useSave();
  const make = async () => {
    const done = await save({
      call: call("post", "/me/api-keys", {
        body: {
          name: values.name,
          scopes: values.scopes as NewKey["scopes"],
          device: values.device || null,
          expires_at: values.until ? `${values.until}T00:00:00Z` : null,
        },
      }),
      done: `Made the key “${values.name}”`,
    });
    if (!done) return;
    made(done.answer);
    close();
  };
  return (
    <FormModal title="Make a key" action="Make key" busy={busy} close={close} submit={make}>
      <TextInput
        label="Name"
        required
        data-autofocus
        maxLength={100}
        error={problem?.of("name")}
        {...typed("name")}
      />
      <Checkbox.Group
        label="It may"
        value={values.scopes}
        onChange={(scopes) => set({ scopes })}
        error={problem?.of("scopes")}
      >
        <Group mt={6}>
          {Object.entries(SCOPES)
            .filter(([scope]) => scope !== "ops" || isOperator)
            .map(([scope, label]) => (
              <Checkbox key={scope} value={scope} label={label} />
            ))}
        </Group>
      </Checkbox.Group>
      <TextInput
        label="Device"
        description="All that is posted with the key is of it; empty: events say it"
        error={problem?.of("device")}
        {...typed("device")}
      />
      <TextInput
        type="date"
        label="Until"
        description="Empty: until you end it"
        error={problem?.of("expires_at")}
        {...typed("until")}
      />
      <FormProblem problem={problem} fields={["name", "scopes", "device", "expires_at"]} />
    </FormModal>
  );
}
