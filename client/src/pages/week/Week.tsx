import { Title } from "@mantine/core";

export default function Week() {
  return (
    <Title order={1} size="h2">
      Week
    </Title>
  );
}
