import { Title } from "@mantine/core";

export default function Settings() {
  return (
    <Title order={1} size="h2">
      Settings
    </Title>
  );
}
