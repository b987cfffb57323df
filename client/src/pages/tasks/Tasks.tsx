import { Title } from "@mantine/core";

export default function Tasks() {
  return (
    <Title order={1} size="h2">
      Tasks
    </Title>
  );
}
