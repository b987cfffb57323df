import { Badge, Group } from "@mantine/core";
import { useState } from "react";
import { useAll } from "../../../api/queries";
import type { Device } from "../../../api/schema";
import { useNow } from "../../../shared/hooks";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { ago } from "../../../shared/time";
import { Facts, Row, RowButton, Rows, Words } from "../Rows";
import { DeviceForm } from "./DeviceForm";
import { nameOf } from "./names";

export function Devices() {
  const devices = useAll("/devices");
  const now = useNow(30_000);
  const [edited, setEdited] = useState<Device | null>(null);
  return (
    <Section title="Devices">
      <Shown of={devices} height={240}>
        {(all) =>
          all.length ? (
            <Rows label="Devices">
              {all.map((device) => (
                <Row
                  key={device.id}
                  actions={
                    <RowButton
                      onClick={() => setEdited(device)}
                      aria-label={`Edit ${nameOf(device).slice(0, 100)}`}
                    >
                      Edit
                    </RowButton>
                  }
                >
                  <Group gap="xs">
                    <Words>{nameOf(device)}</Words>
                    {device.silent_since && (
                      <Badge color="orange" variant="dot" tt="none">
                        silent since {ago(device.silent_since, now)}
                      </Badge>
                    )}
                  </Group>
                  <Facts>{factsOf(device, all, now)}</Facts>
                </Row>
              ))}
            </Rows>
          ) : (
            <Empty>
              No device yet. Each that sends events is listed here by itself; Connect says how.
            </Empty>
          )
        }
      </Shown>
      {edited && devices.data && (
        <DeviceForm device={edited} all={devices.data} close={() => setEdited(null)} />
      )}
    </Section>
  );
}

function factsOf(device: Device, all: Device[], now: number): string {
  const into = all.find(({ id }) => id === device.merged_into);
  return [
    device.label && device.name && `events say ${device.name.slice(0, 100)}`,
    device.last_seen ? `seen ${ago(device.last_seen, now)}` : "never seen",
    device.priority !== 0 && `priority ${device.priority}`,
    into && `counts as ${nameOf(into).slice(0, 100)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}
