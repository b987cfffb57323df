import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { call } from "../../../api/calls";
import type { Me } from "../../../api/schema";
import { useNow } from "../../../shared/hooks";
import { Section } from "../../../shared/Shown";
import { localDate, shortDay } from "../../../shared/time";
import { useSave } from "../../../shell/undo";
import { FormProblem } from "../FormProblem";
import { inForce, midnightIn, offsetOf, zoneNames, zonesAgain } from "./zones";

/** Where the person is, from now on or since a day. */
export function TimeZone({ me }: { me: Me }) {
  const now = useNow(30_000);
  const [chosen, setChosen] = useState<string | null>(null);
  const [since, setSince] = useState("");
  const names = useMemo(() => zoneNames(me.time_zone), [me.time_zone]);
  const { save, problem, busy } = useSave();
  const zone = chosen ?? me.time_zone;
  const submit = async () => {
    const from = since ? midnightIn(zone, since) : Date.now();
    const made = await save({
      call: call("patch", "/me", {
        body: { time_zone: zone, ...(since && { time_zone_from: new Date(from).toISOString() }) },
      }),
      done: `The zone is ${zone}`,
      undo: () => zonesAgain(me.zones, from),
    });
    if (!made) return;
    setChosen(null);
    setSince("");
  };
  return (
    <Section title="Time zone">
      <Stack>
        <Text size="sm" c="dimmed">
          Days before keep the zone they were lived in; days from then on are derived anew.
        </Text>
        <Group align="flex-end" grow preventGrowOverflow={false} wrap="wrap">
          <Select
            label="Zone"
            description={offsetOf(zone, now)}
            data={names}
            searchable
            allowDeselect={false}
            limit={200}
            nothingFoundMessage="No zone has this name"
            value={zone}
            onChange={setChosen}
            error={problem?.of("time_zone")}
            miw={220}
          />
          <TextInput
            type="date"
            label="Since"
            description="Empty: from now on"
            value={since}
            max={localDate(now, zone)}
            onChange={(event) => setSince(event.currentTarget.value)}
            error={problem?.of("time_zone_from")}
            miw={160}
          />
        </Group>
        <FormProblem problem={problem} fields={["time_zone", "time_zone_from"]} />
        <Group justify="space-between">
          <Text size="xs" c="dimmed">
            {inForce(me.zones)
              .map(({ time_zone, valid_from }) =>
                valid_from
                  ? `${time_zone} since ${shortDay(localDate(valid_from, time_zone))}`
                  : time_zone,
              )
              .join(" → ")}
          </Text>
          <Button onClick={submit} loading={busy} disabled={zone === me.time_zone && !since}>
            Save zone
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
