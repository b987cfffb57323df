import { Kbd, Modal, Table } from "@mantine/core";

const KEYS: [string, string][] = [
  ["Space", "Start or stop the timer"],
  ["Q", "Add a task"],
  ["Ctrl+Z", "Take back the last change"],
  ["← →", "The day or week before or after"],
  ["T", "Back to today"],
  ["D / S", "Today: do the next task, or show another"],
  ["Enter", "On a draft: make it a time entry. On a task: edit it"],
  ["↑ ↓", "Tasks: go through the list"],
  ["X", "Tasks: complete, or reopen"],
  ["P", "Tasks: plan for today, tomorrow, the week"],
  ["?", "This list"],
];

export function Shortcuts({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={close}
      title="Keyboard"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Table>
        <Table.Tbody>
          {KEYS.map(([key, does]) => (
            <Table.Tr key={key}>
              <Table.Td>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
