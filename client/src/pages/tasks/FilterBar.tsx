import { Group, SegmentedControl, Select } from "@mantine/core";
import { useAll } from "../../api/queries";
import { useProjects } from "../../shared/colors";
import { SearchField } from "./SearchField";
import type { Filters } from "./useTasks";

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
  return (
    <Group gap="xs">
      <SegmentedControl
        size="xs"
        data={STATUS}
        value={values.status}
        onChange={set.status}
        aria-label="Which tasks"
      />
      <SearchField value={values.q} set={set.q} />
      <Select
        size="xs"
        w={150}
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
        w={150}
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
        w={150}
        aria-label="Order"
        data={SORTS}
        allowDeselect={false}
        value={values.sort}
        onChange={(value) => set.sort(value ?? "position")}
      />
    </Group>
  );
}
