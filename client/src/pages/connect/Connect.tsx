import { Title } from "@mantine/core";

export default function Connect() {
  return (
    <Title order={1} size="h2">
      Connect
    </Title>
  );
}
