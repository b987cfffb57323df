import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { call } from "../../../api/calls";
import { useGet } from "../../../api/queries";
import { useDo } from "../../../shell/undo";

/** Of a group that no stage of this version is, as after a stage was renamed: it only keeps entries. */
export function Forget({ group }: { group: string }) {
  const { data: stages } = useGet("/ops/stages");
  const [isOpen, { open, close }] = useDisclosure();
  const act = useDo();
  if (!stages || stages.items.some(({ stage }) => group === `timeflow-${stage}`)) return null;
  const forget = async () => {
    close();
    await act({
      call: call("post", "/ops/streams/{group}/forget", { path: { group } }),
      done: `Forgot the group ${group}`,
    });
  };
  return (
    <>
      <Button size="compact-xs" variant="default" aria-label={`Forget ${group}`} onClick={open}>
        Forget…
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={`Forget ${group}?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Stack>
          <Text size="sm">
            No stage of this version reads as this group, so its position only keeps entries from
            being trimmed. Where it stood is lost; this cannot be taken back.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Keep it
            </Button>
            <Button color="red" onClick={forget}>
              Forget it
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
