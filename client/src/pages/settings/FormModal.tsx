import { Button, Group, Modal, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useFocusBack } from "./useFocusBack";

/** A form over the page; `Enter` sends it. */
export function FormModal({
  title,
  action,
  busy,
  close,
  submit,
  children,
}: {
  title: string;
  action: string;
  busy: boolean;
  close: () => void;
  submit: () => void;
  children: ReactNode;
}) {
  useFocusBack();
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ "aria-label": "Close" }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={busy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
