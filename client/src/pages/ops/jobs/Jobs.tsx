import { Group, Select, Stack } from "@mantine/core";
import { usePages } from "../../../api/queries";
import { Empty, Shown } from "../../../shared/Shown";
import { More } from "../More";
import { useSearch } from "../search";
import { JobDrawer } from "./JobDrawer";
import { JobTable } from "./JobTable";

const EVERY_MS = 3000;
const KINDS = ["replay", "discard", "rebuild", "reread"];
const STATES = ["running", "cancelled", "done"];

/** Work in bulk: how far it is, and what came of each thing. */
export function Jobs() {
  const { search, change } = useSearch();
  const query = { kind: search.get("kind"), state: search.get("state") };
  const jobs = usePages("/ops/jobs", { query }, { refetchInterval: EVERY_MS });
  return (
    <Stack>
      <Group gap="xs">
        <Select
          label="Kind"
          placeholder="any"
          clearable
          clearButtonProps={{ "aria-label": "Any kind" }}
          data={KINDS}
          value={query.kind}
          onChange={(kind) => change({ kind })}
        />
        <Select
          label="State"
          placeholder="any"
          clearable
          clearButtonProps={{ "aria-label": "Any state" }}
          data={STATES}
          value={query.state}
          onChange={(state) => change({ state })}
        />
      </Group>
      <Shown of={jobs} height={320}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length ? (
            <JobTable jobs={items} />
          ) : (
            <Empty>
              No job is like this. Replaying or discarding dead letters makes one, and so does a
              rebuild (timeflow rebuild).
            </Empty>
          );
        }}
      </Shown>
      <More of={jobs} />
      <JobDrawer id={search.get("job")} close={() => change({ job: null, items: null })} />
    </Stack>
  );
}
