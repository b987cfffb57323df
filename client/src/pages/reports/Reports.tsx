import { Title } from "@mantine/core";

export default function Reports() {
  return (
    <Title order={1} size="h2">
      Reports
    </Title>
  );
}
