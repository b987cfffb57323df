import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { Copyable } from "../../../shared/Copyable";

/** A secret that nobody can show again. */
export function ShownOnce({
  title,
  label,
  secret,
  close,
}: {
  title: string;
  label: string;
  secret: string;
  close: () => void;
}) {
  return (
    <Alert title={title} role="status">
      <Stack gap="xs">
        <Text size="sm">It is shown only now. Copy it to where it is needed.</Text>
        <Copyable label={label} text={secret} />
        <Group justify="flex-end">
          <Button size="compact-sm" variant="default" onClick={close}>
            I have it
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
