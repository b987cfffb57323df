import { Anchor, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { Shown } from "../../../shared/Shown";
import { JobBar } from "./JobBar";
import { useJob } from "./useJob";

/** How far a job is, which goes on whether or not somebody looks. */
export function JobProgress({ id }: { id: string }) {
  const job = useJob(id);
  return (
    <Stack>
      <Shown of={job} height={120}>
        {(found) => (
          <>
            <JobBar job={found} />
            {found.state === "running" && (
              <Text size="sm" c="dimmed">
                It goes on when this is closed, and after any restart.
              </Text>
            )}
          </>
        )}
      </Shown>
      <Anchor component={Link} size="sm" to={`?view=jobs&job=${id}`}>
        What came of each
      </Anchor>
    </Stack>
  );
}
