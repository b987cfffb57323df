import { Badge, Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useGet } from "../../../api/queries";
import { Section, Shown } from "../../../shared/Shown";
import { BeginSecondFactor } from "./BeginSecondFactor";
import { EndSecondFactor } from "./EndSecondFactor";

export function SecondFactor() {
  const state = useGet("/me/totp");
  const [open, setOpen] = useState<"begin" | "end" | null>(null);
  const close = () => setOpen(null);
  return (
    <Section title="Second factor">
      <Shown of={state} height={60}>
        {({ on, recovery_codes }) => (
          <Group justify="space-between">
            <Group gap="sm">
              <Badge variant={on ? "filled" : "default"} tt="none">
                {on ? "on" : "off"}
              </Badge>
              <Text size="sm" c="dimmed">
                {on
                  ? `Signing in asks for a code. ${recovery_codes} recovery codes are left.`
                  : "Besides the password, signing in can ask for a code of an authenticator."}
              </Text>
            </Group>
            <Button variant="default" onClick={() => setOpen(on ? "end" : "begin")}>
              {on ? "Switch off…" : "Switch on…"}
            </Button>
          </Group>
        )}
      </Shown>
      {open === "begin" && <BeginSecondFactor close={close} />}
      {open === "end" && <EndSecondFactor close={close} />}
    </Section>
  );
}
