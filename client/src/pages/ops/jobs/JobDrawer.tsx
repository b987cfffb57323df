import { Drawer, Stack, Text, Title } from "@mantine/core";
import { Shown } from "../../../shared/Shown";
import { Json } from "../Json";
import { useNames } from "../names";
import { When } from "../When";
import { rate } from "../words";
import { Items } from "./Items";
import { JobBar } from "./JobBar";
import { useJob } from "./useJob";

/** One job beside the list: how far it is, what was asked, what came of each thing. */
export function JobDrawer({ id, close }: { id: string | null; close: () => void }) {
  return (
    <Drawer
      opened={id !== null}
      onClose={close}
      position="right"
      size={720}
      title="Job"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {id && <Asked key={id} id={id} />}
    </Drawer>
  );
}

function Asked({ id }: { id: string }) {
  const job = useJob(id);
  const named = useNames();
  return (
    <Shown of={job} height={480}>
      {(found) => (
        <Stack>
          <Text size="sm">
            {found.kind}, asked for by {named(found.created_by)} on <When at={found.created_at} />
            {found.rate !== null && `, at most ${rate(found.rate)}`}
            {found.finished_at && (
              <>
                ; ended on <When at={found.finished_at} />
              </>
            )}
          </Text>
          <JobBar job={found} />
          <Title order={2} size="h5">
            What came of each
          </Title>
          <Items job={found} />
          <Title order={2} size="h5">
            What was asked for
          </Title>
          <Json of={found.request} label="What was asked for" mah={240} />
        </Stack>
      )}
    </Shown>
  );
}
