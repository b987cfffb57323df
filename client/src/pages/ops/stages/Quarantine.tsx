import { Anchor, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "react-router";
import { call } from "../../../api/calls";
import type { Stage } from "../../../api/schema";
import { useDo } from "../../../shell/undo";
import { useSearch } from "../search";
import { things } from "../words";

/** Events that ended processes, and letting them be tried again. */
export function Quarantine({ stage }: { stage: Stage }) {
  const [isAsking, { open, close }] = useDisclosure();
  const { open: show } = useSearch();
  const act = useDo();
  if (stage.quarantined === 0) return null;
  const events = things(stage.quarantined, "event");
  const release = async () => {
    close();
    const plan = await act({
      call: call("post", "/ops/stages/{stage}/release", {
        path: { stage: stage.stage },
        body: { ids: null, expected_count: stage.quarantined },
      }),
      done: `Released ${events} of ${stage.stage}`,
    });
    if (plan?.job) show({ view: "jobs", job: plan.job.id });
  };
  return (
    <>
      <Button
        size="xs"
        variant="default"
        aria-label={`Release ${events} of ${stage.stage}`}
        onClick={open}
      >
        Release {stage.quarantined}…
      </Button>
      <Anchor
        component={Link}
        size="sm"
        to={`?view=letters&stage=${stage.stage}&error=Quarantined`}
      >
        Look at them
      </Anchor>
      <Modal
        opened={isAsking}
        onClose={close}
        title={`Release ${events}?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Stack>
          <Text size="sm">
            Each ended three processes of {stage.stage}. Each passes a child process first, which
            may die of it instead; what fails is quarantined again. Release them once the code that
            died of them is mended.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Leave them
            </Button>
            <Button onClick={release}>Release {events}</Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
