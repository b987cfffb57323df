import { Title } from "@mantine/core";

export default function Ops() {
  return (
    <Title order={1} size="h2">
      Ops
    </Title>
  );
}
