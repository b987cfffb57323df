import { Anchor, Code, Stack, Text } from "@mantine/core";
import { Link } from "react-router";

/** Whoever follows a link to here without the role learns what this is and who can let them in. */
export function NotOperator() {
  return (
    <Stack gap="xs" maw={620}>
      <Text>
        This page is for operators: it shows how the instance is and mends events that could not be
        applied. Your account does not have that role, and nothing of yours is missing here.
      </Text>
      <Text c="dimmed">
        Whoever runs this instance can give it to you with{" "}
        <Code>timeflow user promote EMAIL --role operator</Code>; then sign in again.
      </Text>
      <Anchor component={Link} to="/today">
        Back to today
      </Anchor>
    </Stack>
  );
}
