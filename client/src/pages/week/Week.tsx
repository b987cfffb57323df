import { ActionIcon, Button, Group, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useDate, useKeys, useToday, useUrl } from "../../shared/hooks";
import { addDays, shortDay, weekOf } from "../../shared/time";
import { Calendar } from "./Calendar";
import { Timesheet } from "./Timesheet";

const VIEWS = [
  { value: "calendar", label: "Calendar" },
  { value: "timesheet", label: "Timesheet" },
];

/** Seven days side by side: as a calendar to move things in, or as sums. */
export default function Week() {
  const today = useToday();
  const [date, setDate] = useDate(today);
  const [view, setView] = useUrl("view", "calendar");
  const monday = weekOf(date);
  useKeys([
    ["ArrowLeft", () => setDate(addDays(monday, -7))],
    ["ArrowRight", () => setDate(addDays(monday, 7))],
    ["t", () => setDate(today)],
  ]);
  return (
    <Stack>
      <Group justify="space-between">
        <div>
          <Title order={1} size="h2">
            Week
          </Title>
          <Text c="dimmed" size="sm">
            {shortDay(monday)} to {shortDay(addDays(monday, 6))} {monday.slice(0, 4)}
          </Text>
        </div>
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            data={VIEWS}
            value={view}
            onChange={setView}
            aria-label="Show as"
          />
          <ActionIcon
            variant="default"
            aria-label="The week before"
            onClick={() => setDate(addDays(monday, -7))}
          >
            <IconChevronLeft size={18} />
          </ActionIcon>
          <Button size="xs" variant="default" onClick={() => setDate(today)}>
            This week
          </Button>
          <ActionIcon
            variant="default"
            aria-label="The week after"
            onClick={() => setDate(addDays(monday, 7))}
          >
            <IconChevronRight size={18} />
          </ActionIcon>
        </Group>
      </Group>
      {view === "timesheet" ? <Timesheet monday={monday} /> : <Calendar monday={monday} />}
    </Stack>
  );
}
