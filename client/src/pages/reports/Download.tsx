import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";

export type File = { label: string; save: () => unknown };

/** What is shown, as files. */
export function Download({ files }: { files: File[] }) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />}>
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {files.map(({ label, save }) => (
          <Menu.Item key={label} onClick={save}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
