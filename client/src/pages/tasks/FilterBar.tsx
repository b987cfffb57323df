import { Group, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";
import { useAll } from "../../api/queries";
import { useProjects } from "../../shared/colors";
import type { Filters } from "./useTasks";

const TYPING_MS = 250;
const STATUS = [
  { value: "open", label: "Open" },
  { value: "done", label: "Done" },
  { value: "all", label: "All" },
];
const SORTS = [
  { value: "position", label: "Own order" },
  { value: "due", label: "Due first" },
  { value: "-priority", label: "Most important first" },
  { value: "-created", label: "Newest first" },
  { value: "-updated", label: "Last changed first" },
];

/** Which tasks are shown; the URL holds it. */
export function FilterBar({
  values,
  set,
}: {
  values: Filters;
  set: Record<keyof Filters, (value: string) => void>;
}) {
  const projects = useProjects();
  const { data: tags = [] } = useAll("/tags");
  const [typed, setTyped] = useState(values.q);
  const search = useDebouncedCallback(set.q, TYPING_MS);
  return (
    <Group gap="xs">
      <SegmentedControl
        size="xs"
        data={STATUS}
        value={values.status}
        onChange={set.status}
        aria-label="Which tasks"
      />
      <TextInput
        size="xs"
        aria-label="Search"
        placeholder="Search title and notes"
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          search(event.currentTarget.value.trim());
        }}
      />
      <Select
        size="xs"
        aria-label="Project"
        placeholder="Project"
        clearable
        searchable
        data={projects.all.map(({ id, name }) => ({ value: id, label: name }))}
        value={values.project || null}
        onChange={(value) => set.project(value ?? "")}
        clearButtonProps={{ "aria-label": "Any project" }}
      />
      <Select
        size="xs"
        aria-label="Tag"
        placeholder="Tag"
        clearable
        searchable
        data={tags.map(({ name }) => name)}
        value={values.tag || null}
        onChange={(value) => set.tag(value ?? "")}
        clearButtonProps={{ "aria-label": "Any tag" }}
      />
      <Select
        size="xs"
        aria-label="Order"
        data={SORTS}
        allowDeselect={false}
        value={values.sort}
        onChange={(value) => set.sort(value ?? "position")}
      />
    </Group>
  );
}
