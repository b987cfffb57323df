import { Button, Group, Modal, Stack } from "@mantine/core";
import type { ReactNode } from "react";

/** Asked before what cannot be taken back. */
export function Confirm({
  title,
  action,
  opened,
  close,
  confirm,
  busy = false,
  children,
}: {
  title: string;
  action: string;
  opened: boolean;
  close: () => void;
  confirm: () => void;
  busy?: boolean;
  children: ReactNode;
}) {
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        <div>{children}</div>
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            Keep
          </Button>
          <Button color="red" onClick={confirm} loading={busy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
