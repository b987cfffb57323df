import { Alert, Button, Group, Stack } from "@mantine/core";
import { useState } from "react";
import { usePages } from "../../../api/queries";
import { Empty, Shown } from "../../../shared/Shown";
import { Fresh } from "../Fresh";
import { More } from "../More";
import { useSearch } from "../search";
import { type Action, ActionDialog } from "./ActionDialog";
import { Errors } from "./Errors";
import { Filters } from "./Filters";
import { useFilter } from "./filter";
import { LetterDrawer } from "./LetterDrawer";
import { LetterList } from "./LetterList";

/** Events that could not be applied: finding, understanding, mending, trying again, giving up. */
export function Letters() {
  const { filter } = useFilter();
  const { search, change } = useSearch();
  const [action, setAction] = useState<Action | null>(null);
  const letters = usePages("/ops/dlq", { query: filter });
  const opened = search.get("letter");
  return (
    <Stack>
      <Filters />
      <Group gap="xs" mih={26}>
        <Fresh of={letters} />
        <Button
          size="compact-sm"
          variant="default"
          loading={letters.isRefetching}
          onClick={() => letters.refetch()}
        >
          Look again
        </Button>
      </Group>
      <Shown of={letters} height={480}>
        {({ pages }) => {
          const [first] = pages;
          if (!first) return null;
          return (
            <>
              {first.kept.alarm && (
                <Alert color="yellow" role="status" title="Letters are about to be let go">
                  {first.kept.alarm}
                </Alert>
              )}
              <Errors errors={first.errors} />
              {first.total === 0 ? (
                <Nothing isFiltered={Object.keys(filter).some((name) => name !== "state")} />
              ) : (
                <LetterList
                  key={JSON.stringify(filter)}
                  first={first}
                  letters={pages.flatMap(({ items }) => items)}
                  filter={filter}
                  act={setAction}
                />
              )}
              <More of={letters} />
            </>
          );
        }}
      </Shown>
      <LetterDrawer
        id={opened}
        close={() => change({ letter: null })}
        act={setAction}
        isBehind={action !== null}
      />
      {action && (
        <ActionDialog key={JSON.stringify(action)} action={action} close={() => setAction(null)} />
      )}
    </Stack>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  return (
    <Empty>
      {isFiltered
        ? "No dead letter is like this. Choose another state, or clear the filter."
        : "Nothing waits here. An event that a stage cannot apply is kept as a dead letter: it is shown here with its error, to be mended and tried again."}
    </Empty>
  );
}
