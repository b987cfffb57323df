import { ActionIcon, Button, Grid, Group, Stack, Text, Title } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useGet } from "../../api/queries";
import { type Edited, EntryEditor } from "../../shared/entries/EntryEditor";
import { useDate, useKeys, useMe, useToday } from "../../shared/hooks";
import { Section, Shown } from "../../shared/Shown";
import { addDays, longDay } from "../../shared/time";
import { BreakHint } from "./BreakHint";
import { DayTimeline } from "./DayTimeline";
import { Goals } from "./Goals";
import { Hours } from "./Hours";
import { Insight } from "./Insight";
import { LiveStatus } from "./LiveStatus";
import { NextTask } from "./NextTask";

/** What a person opens in the morning and leaves open: one day, as it is now. */
export default function Today() {
  const today = useToday();
  const [date, setDate] = useDate(today);
  const isToday = date === today;
  // Here, and not in the day: at midnight another one comes, and what is typed stays.
  const [edited, setEdited] = useState<Edited | null>(null);
  const { data: me } = useMe();
  const daily = useGet("/analytics/daily", { query: { from: date, to: date } });
  useKeys([
    ["ArrowLeft", () => setDate(addDays(date, -1))],
    ["ArrowRight", () => date < today && setDate(addDays(date, 1))],
    ["t", () => setDate(today)],
  ]);
  return (
    <Stack>
      <Group justify="space-between">
        <div>
          <Title order={1} size="h2">
            {isToday ? "Today" : longDay(date)}
          </Title>
          <Text c="dimmed" size="sm" mih={22} component="div">
            {isToday ? <LiveStatus date={date} /> : "A day that is over"}
          </Text>
        </div>
        <Group gap="xs">
          <ActionIcon
            variant="default"
            aria-label="The day before"
            onClick={() => setDate(addDays(date, -1))}
          >
            <IconChevronLeft size={18} />
          </ActionIcon>
          <Button size="xs" variant="default" disabled={isToday} onClick={() => setDate(today)}>
            Today
          </Button>
          <ActionIcon
            variant="default"
            aria-label="The day after"
            disabled={isToday}
            onClick={() => setDate(addDays(date, 1))}
          >
            <IconChevronRight size={18} />
          </ActionIcon>
        </Group>
      </Group>
      <Grid>
        <Grid.Col span={{ base: 12, md: 5 }} order={{ base: 2, md: 1 }}>
          <Section title="Timeline">
            <Shown of={daily} height={560}>
              {({ days: [day], time_zone }) =>
                day && <DayTimeline day={day} zone={time_zone} edit={setEdited} />
              }
            </Shown>
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }} order={{ base: 1, md: 2 }}>
          <Stack>
            {isToday && <BreakHint />}
            {isToday && <NextTask />}
            <Section title="Hours">
              <Shown of={daily} height={180}>
                {({ days: [day] }) => day && <Hours day={day} />}
              </Shown>
            </Section>
            {isToday && <Goals />}
            {isToday && <Insight />}
          </Stack>
        </Grid.Col>
      </Grid>
      <EntryEditor entry={edited} zone={me?.time_zone ?? "UTC"} close={() => setEdited(null)} />
    </Stack>
  );
}
