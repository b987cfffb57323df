import { Button, Group, Select } from "@mantine/core";
import { useGet } from "../../../api/queries";
import { PersonSelect } from "../PersonSelect";
import { STATES, useFilter } from "./filter";
import { InstantField } from "./InstantField";
import { TypedField } from "./TypedField";

/** What narrows the list down; the URL has it, so that it can be sent to somebody. */
export function Filters() {
  const { filter, state, set, clear } = useFilter();
  const { data: stages } = useGet("/ops/stages");
  return (
    <Group
      gap="xs"
      align="end"
      component="search"
      aria-label="Which letters"
      className="ops-filters"
    >
      <Select
        label="State"
        w={120}
        data={STATES}
        allowDeselect={false}
        value={state}
        onChange={(value) => set({ state: value })}
      />
      <Select
        label="Stage"
        placeholder="any"
        w={150}
        clearable
        clearButtonProps={{ "aria-label": "Any stage" }}
        data={stages?.items.map(({ stage }) => stage) ?? []}
        value={filter.stage ?? null}
        onChange={(value) => set({ stage: value })}
      />
      <PersonSelect label="Whose" value={filter.user ?? null} set={(user) => set({ user })} />
      <InstantField
        label="Failed first since"
        value={filter.since}
        set={(since) => set({ since })}
      />
      <InstantField label="until" value={filter.until} set={(until) => set({ until })} />
      <TypedField
        label="Words"
        placeholder="in the event or the message"
        value={filter.q ?? ""}
        set={(q) => set({ q })}
      />
      <Button variant="default" onClick={clear}>
        Clear
      </Button>
    </Group>
  );
}
