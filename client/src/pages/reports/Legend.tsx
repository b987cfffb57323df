import { Box, Group, Text } from "@mantine/core";

/** Which colour is what. */
export function Legend({ items }: { items: { name: string; label: string; color: string }[] }) {
  return (
    <Group gap="xs" mt="xs" justify="center">
      {items.map(({ name, label, color }) => (
        <Group key={name} gap={5} wrap="nowrap" maw={220}>
          <Box w={10} h={10} bg={color} style={{ borderRadius: 3, flex: "none" }} aria-hidden />
          <Text size="xs" truncate dir="auto">
            {label}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
