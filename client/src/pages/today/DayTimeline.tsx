import { ActionIcon, Anchor, Button, Group, ScrollArea, Stack, Table, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router";
import { call } from "../../api/calls";
import { useAll, useGet } from "../../api/queries";
import type { DayTotals, Timeline } from "../../api/schema";
import { useProjects } from "../../shared/colors";
import { DayColumn } from "../../shared/day/DayColumn";
import { DraftBlocks } from "../../shared/day/DraftBlocks";
import { Entries } from "../../shared/day/Entries";
import { type Scale, topOf } from "../../shared/day/scale";
import { UsageLane } from "../../shared/day/UsageLane";
import type { Edited } from "../../shared/entries/EntryEditor";
import { useTitles } from "../../shared/entries/titles";
import { useNow } from "../../shared/hooks";
import { clock, duration } from "../../shared/time";
import { useDo } from "../../shell/undo";

const PX_PER_HOUR = 56;
const SHOWN_PX = 560;
const ABOVE_PX = 60;
const HOUR_MS = 3_600_000;
const MORNING_MS = 8 * HOUR_MS;
const NONE: Timeline["intervals"] = [];

/** The day from its start down: what the devices saw, what was entered, what could be entered. */
export function DayTimeline({
  day,
  zone,
  edit,
}: {
  day: DayTotals;
  zone: string;
  edit: (entry: Edited) => void;
}) {
  const { date } = day;
  const now = useNow(15_000);
  const act = useDo();
  const projects = useProjects();
  const titles = useTitles();
  const { data: timeline } = useGet("/analytics/timeline", { query: { date } });
  const { data: entries = [] } = useAll("/time-entries", { from: date, to: date });
  const { data: drafts } = useGet("/drafts", { query: { date } });
  const hours = useMemo(() => day.by_hour.map(({ start }) => Date.parse(start)), [day.by_hour]);
  const scale = useMemo(() => scaleOf(hours, day.length_s), [hours, day.length_s]);
  const viewport = useScrollToFirst(scale, timeline, entries[0]?.start, now);
  const intervals = timeline?.intervals ?? NONE;
  const acceptAll = () =>
    act({
      call: call("post", "/drafts/accept", { body: { date, all: true } }),
      done: "Made time entries of all drafts",
      undo: ({ items }) =>
        items.map(({ id }) => call("delete", "/time-entries/{id}", { path: { id } })),
    });
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed">
          Dashed are drafts: Enter takes one, its edges trim it.
        </Text>
        {drafts && drafts.items.length > 1 && (
          <Button size="compact-xs" variant="default" ml="auto" onClick={acceptAll}>
            Take all {drafts.items.length}
          </Button>
        )}
        <ActionIcon
          variant="default"
          aria-label="New time entry"
          onClick={() => edit(newEntry(scale, now))}
        >
          <IconPlus size={16} />
        </ActionIcon>
      </Group>
      <ScrollArea.Autosize
        mah={SHOWN_PX}
        viewportRef={viewport}
        type="auto"
        offsetScrollbars="y"
        viewportProps={{ tabIndex: 0, role: "group", "aria-label": "The day, hour by hour" }}
      >
        <DayColumn
          scale={scale}
          hours={hours}
          zone={zone}
          label="Time entries and drafts"
          now={now}
        >
          <UsageLane
            scale={scale}
            intervals={intervals}
            coloredByName={projects.coloredByName}
            zone={zone}
          />
          <div className="day-entries">
            <DraftBlocks
              scale={scale}
              date={date}
              drafts={drafts?.items ?? []}
              projects={projects}
              zone={zone}
            />
            <Entries
              scale={scale}
              entries={entries}
              projects={projects}
              titles={titles}
              zone={zone}
              now={now}
              open={edit}
            />
          </div>
        </DayColumn>
      </ScrollArea.Autosize>
      {timeline && intervals.length === 0 && (
        <Text size="sm" c="dimmed">
          Your devices sent nothing of this day.{" "}
          <Anchor component={Link} to="/connect" underline="always">
            Connect one
          </Anchor>
          .
        </Text>
      )}
      {intervals.length > 0 && <AsList intervals={intervals} zone={zone} />}
    </Stack>
  );
}

/** The same for whoever reads rather than looks. */
function AsList({ intervals, zone }: { intervals: Timeline["intervals"]; zone: string }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        <Text span size="sm">
          As a list: {intervals.length} intervals
        </Text>
      </summary>
      {isOpen && (
        <Table.ScrollContainer minWidth={360} maxHeight={300} type="native" tabIndex={0}>
          <Table stickyHeader>
            <Table.Thead>
              <Table.Tr>
                {["From", "To", "Length", "What", "Project"].map((name) => (
                  <Table.Th key={name}>{name}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {intervals.map((each) => (
                <Table.Tr key={`${each.start} ${each.device} ${each.entity}`}>
                  <Table.Td>{clock(each.start, zone)}</Table.Td>
                  <Table.Td>{clock(each.end, zone)}</Table.Td>
                  <Table.Td>
                    {duration((Date.parse(each.end) - Date.parse(each.start)) / 1000)}
                  </Table.Td>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>{each.entity}</Table.Td>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>{each.project}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </details>
  );
}

function scaleOf(hours: number[], lengthS: number): Scale {
  const start = hours[0] ?? 0;
  return { start, end: start + lengthS * 1000, pxPerHour: PX_PER_HOUR };
}

/** The hour until now; on another day, the first of its working hours. */
function newEntry(scale: Scale, now: number): Edited {
  const isNow = now >= scale.start && now < scale.end;
  const end = isNow ? now : scale.start + 10 * HOUR_MS;
  return {
    start: new Date(Math.max(end - HOUR_MS, scale.start)).toISOString(),
    end: new Date(end).toISOString(),
  };
}

/** The day opens where something is, once that is known. */
function useScrollToFirst(
  scale: Scale,
  timeline: Timeline | undefined,
  firstEntry: string | undefined,
  now: number,
) {
  const viewport = useRef<HTMLDivElement>(null);
  const shown = useRef(0);
  useEffect(() => {
    if (!timeline || shown.current === scale.start) return;
    shown.current = scale.start;
    const starts = [timeline.intervals[0]?.start, firstEntry].filter((each) => each !== undefined);
    const isNow = now >= scale.start && now < scale.end;
    const morning = isNow ? now : scale.start + MORNING_MS;
    const first = starts.length ? Math.min(...starts.map((each) => Date.parse(each))) : morning;
    viewport.current?.scrollTo({ top: topOf(scale, first) - ABOVE_PX });
  }, [scale, timeline, firstEntry, now]);
  return viewport;
}
