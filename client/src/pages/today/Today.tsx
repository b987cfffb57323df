import { Title } from "@mantine/core";

export default function Today() {
  return (
    <Title order={1} size="h2">
      Today
    </Title>
  );
}
