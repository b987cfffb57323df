import { Button, Group, Select } from "@mantine/core";
import { useGet } from "../../../api/queries";
import { shortId } from "../words";
import { STATES, useFilter } from "./filter";
import { InstantField } from "./InstantField";
import { TypedField } from "./TypedField";

/** What narrows the list down; the URL has it, so that it can be sent to somebody. */
export function Filters() {
  const { filter, state, set, clear } = useFilter();
  const { data: stages } = useGet("/ops/stages");
  const { data: users } = useGet("/users", { query: { limit: 500 } }, { staleTime: 300_000 });
  const people = (users?.items ?? []).map(({ id, email }) => ({ value: id, label: email }));
  if (filter.user && !people.some(({ value }) => value === filter.user)) {
    people.push({ value: filter.user, label: shortId(filter.user) });
  }
  return (
    <Group gap="xs" align="end" component="search" aria-label="Which letters">
      <Select
        label="State"
        w={130}
        data={STATES}
        allowDeselect={false}
        value={state}
        onChange={(value) => set({ state: value })}
      />
      <Select
        label="Stage"
        placeholder="any"
        w={160}
        clearable
        clearButtonProps={{ "aria-label": "Any stage" }}
        data={stages?.items.map(({ stage }) => stage) ?? []}
        value={filter.stage ?? null}
        onChange={(value) => set({ stage: value })}
      />
      <Select
        label="Whose"
        placeholder="anybody's"
        w={210}
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Anybody's" }}
        data={people}
        value={filter.user ?? null}
        onChange={(value) => set({ user: value })}
      />
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
