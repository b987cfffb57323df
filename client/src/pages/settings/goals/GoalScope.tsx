import { Select, TextInput } from "@mantine/core";
import type { Problem } from "../../../api/problems";
import { useProjects } from "../../../shared/colors";

type Scope = { metric: string; category: string; project_id: string };

/** Active time may be that of a category, tracked time that of a project. */
export function GoalScope({
  values,
  set,
  problem,
}: {
  values: Scope;
  set: (some: Partial<Pick<Scope, "category" | "project_id">>) => void;
  problem: Problem | null;
}) {
  const { all } = useProjects();
  if (values.metric === "active_s")
    return (
      <TextInput
        label="Category"
        description="Empty: all activity"
        value={values.category}
        onChange={(event) => set({ category: event.currentTarget.value })}
        error={problem?.of("category")}
      />
    );
  if (values.metric === "tracked_s")
    return (
      <Select
        label="Project"
        placeholder="Any"
        clearable
        clearButtonProps={{ "aria-label": "Any project" }}
        data={all.map(({ id, name }) => ({ value: id, label: name }))}
        value={values.project_id || null}
        onChange={(project_id) => set({ project_id: project_id ?? "" })}
        error={problem?.of("project_id")}
      />
    );
  return null;
}
