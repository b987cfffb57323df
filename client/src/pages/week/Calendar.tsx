import "./week.css";
import { ActionIcon, Card, Group, ScrollArea, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useAll, useGet } from "../../api/queries";
import type { BusyBlock, DayTotals, ListedEntry } from "../../api/schema";
import { useProjects } from "../../shared/colors";
import { DayColumn, HourNames } from "../../shared/day/DayColumn";
import { Entries } from "../../shared/day/Entries";
import { type Scale, topOf } from "../../shared/day/scale";
import { type Edited, EntryEditor } from "../../shared/entries/EntryEditor";
import { useTitles } from "../../shared/entries/titles";
import { useMe, useNow } from "../../shared/hooks";
import { Shown } from "../../shared/Shown";
import { addDays, clock, duration, shortDay } from "../../shared/time";

const PX_PER_HOUR = 44;
const HOUR_MS = 3_600_000;
const MORNING_H = 7;
/** As in week.css. */
const NAMES_PX = 44;

type Day = { totals: DayTotals; scale: Scale; hours: number[] };

/** The week's time entries, each moved within and between days; calendars of others lie behind. */
export function Calendar({ monday }: { monday: string }) {
  const range = { from: monday, to: addDays(monday, 6) };
  const daily = useGet("/analytics/daily", { query: range });
  const [edited, setEdited] = useState<Edited | null>(null);
  const { data: me } = useMe();
  return (
    <Card withBorder padding="xs">
      <Shown of={daily} height={640}>
        {({ days, time_zone }) => (
          <Days totals={days} zone={time_zone} range={range} edit={setEdited} />
        )}
      </Shown>
      <EntryEditor entry={edited} zone={me?.time_zone ?? "UTC"} close={() => setEdited(null)} />
    </Card>
  );
}

function Days({
  totals,
  zone,
  range,
  edit,
}: {
  totals: DayTotals[];
  zone: string;
  range: { from: string; to: string };
  edit: (entry: Edited) => void;
}) {
  const now = useNow(15_000);
  const projects = useProjects();
  const titles = useTitles();
  const { data: entries = [] } = useAll("/time-entries", range);
  const { data: busy } = useGet("/calendars/busy", { query: range });
  const grid = useRef<HTMLDivElement>(null);
  const viewport = useRef<HTMLDivElement>(null);
  const days = useMemo(() => totals.map(dayOf), [totals]);

  useEffect(() => {
    viewport.current?.scrollTo({ top: MORNING_H * PX_PER_HOUR });
  }, []);

  /** Milliseconds between the starts of the days that the pointer went from and to. */
  const acrossDays = (index: number) => (x: number) => {
    const width = ((grid.current?.clientWidth ?? 0) - NAMES_PX) / days.length;
    if (!width) return 0;
    const to = Math.min(Math.max(index + Math.round(x / width), 0), days.length - 1);
    return (days[to]?.scale.start ?? 0) - (days[index]?.scale.start ?? 0);
  };
  return (
    <ScrollArea
      h={680}
      viewportRef={viewport}
      viewportProps={{ tabIndex: 0, role: "group", "aria-label": "The week, hour by hour" }}
    >
      <div className="week-grid" ref={grid}>
        <div>
          <div className="week-head" />
          {days[0] && <HourNames scale={days[0].scale} hours={days[0].hours} zone={zone} />}
        </div>
        {days.map(({ totals, scale, hours }, index) => (
          <div key={totals.date} className="week-day">
            <Group className="week-head" justify="space-between" wrap="nowrap" gap={2} px={4}>
              <div>
                <Text size="sm" fw={600}>
                  {shortDay(totals.date)}
                </Text>
                <Text size="xs" c="dimmed">
                  {duration(totals.tracked_s ?? 0)}
                </Text>
              </div>
              <ActionIcon
                size="sm"
                variant="subtle"
                aria-label={`New time entry on ${shortDay(totals.date)}`}
                onClick={() => edit(newEntry(scale, now))}
              >
                <IconPlus size={14} />
              </ActionIcon>
            </Group>
            <DayColumn
              scale={scale}
              hours={hours}
              zone={zone}
              isBare={clocksOf(hours, zone) === clocksOf(days[0]?.hours ?? [], zone)}
              label={shortDay(totals.date)}
              now={now}
            >
              <BusyBlocks scale={scale} blocks={busy?.items ?? []} />
              <div className="day-entries">
                <Entries
                  scale={scale}
                  entries={entriesOf(entries, scale, now)}
                  projects={projects}
                  titles={titles}
                  zone={zone}
                  now={now}
                  acrossDays={acrossDays(index)}
                  open={edit}
                />
              </div>
            </DayColumn>
          </div>
        ))}
      </div>
    </ScrollArea>
  );
}

function BusyBlocks({ scale, blocks }: { scale: Scale; blocks: BusyBlock[] }) {
  return blocks
    .map((each) => ({ ...each, from: Date.parse(each.start), to: Date.parse(each.end) }))
    .filter(({ from, to, all_day }) => !all_day && from < scale.end && to > scale.start)
    .map(({ calendar_id, title, from, to }) => (
      <div
        key={`${calendar_id} ${from} ${title}`}
        className="week-busy"
        style={{ top: topOf(scale, from), height: topOf(scale, to) - topOf(scale, from) }}
        title={title}
      >
        {title}
      </div>
    ));
}

function dayOf(totals: DayTotals): Day {
  const hours = totals.by_hour.map(({ start }) => Date.parse(start));
  const start = hours[0] ?? 0;
  return {
    totals,
    hours,
    scale: { start, end: start + totals.length_s * 1000, pxPerHour: PX_PER_HOUR },
  };
}

/** What the wall clock shows at each hour: another row where it is changed. */
const clocksOf = (hours: number[], zone: string) => hours.map((at) => clock(at, zone)).join();

/** Those that are on the day at all; one across midnight stands on both. */
function entriesOf(entries: ListedEntry[], { start, end }: Scale, now: number): ListedEntry[] {
  return entries.filter((each) => {
    const until = each.end ? Date.parse(each.end) : now;
    return Date.parse(each.start) < end && until > start;
  });
}

function newEntry(scale: Scale, now: number): Edited {
  const isNow = now >= scale.start && now < scale.end;
  const start = isNow ? Math.max(now - HOUR_MS, scale.start) : scale.start + 9 * HOUR_MS;
  return {
    start: new Date(start).toISOString(),
    end: new Date(isNow ? now : start + HOUR_MS).toISOString(),
  };
}
