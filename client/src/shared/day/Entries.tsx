import { useMemo } from "react";
import { call } from "../../api/calls";
import type { ListedEntry, Task } from "../../api/schema";
import { useDo } from "../../shell/undo";
import type { Projects } from "../colors";
import { clock, duration } from "../time";
import { Block } from "./Block";
import { lanes, type Scale, type Span } from "./scale";

/** The time entries of a day, moved and trimmed with the pointer or the keyboard. */
export function Entries({
  scale,
  entries,
  projects,
  titles,
  zone,
  now,
  acrossDays,
  open,
}: {
  scale: Scale;
  entries: ListedEntry[];
  projects: Projects;
  titles: Map<string, Task["title"]>;
  zone: string;
  now: number;
  acrossDays?: (x: number) => number;
  open: (entry: ListedEntry) => void;
}) {
  const act = useDo();
  const spans = useMemo(() => entries.map((each) => spanOf(each, now)), [entries, now]);
  const places = useMemo(() => lanes(spans), [spans]);
  const move = (entry: ListedEntry, to: Span) =>
    act({
      call: call("patch", "/time-entries/{id}", {
        path: { id: entry.id },
        body: bounds(to),
        version: entry.version,
      }),
      done: "Moved a time entry",
      undo: () => [
        call("patch", "/time-entries/{id}", {
          path: { id: entry.id },
          body: { start: entry.start, end: entry.end },
        }),
      ],
    });
  return entries.map((entry, index) => {
    const span = spans[index];
    const lane = places[index];
    if (!span || !lane) return null;
    const name = nameOf(entry, projects, titles);
    const until = entry.end ? clock(entry.end, zone) : "now";
    return (
      <Block
        key={entry.id}
        scale={scale}
        span={span}
        lane={lane}
        color={projects.colored(entry.project_id)}
        title={name}
        label={`${name}, ${clock(entry.start, zone)} to ${until}, ${duration((span.end - span.start) / 1000)}`}
        isFixed={entry.end === null}
        overlaps={entry.overlaps.length > 0}
        acrossDays={acrossDays}
        open={() => open(entry)}
        change={(to) => move(entry, to)}
      />
    );
  });
}

/** What an entry is called: its own words, or what it is for. */
export function nameOf(
  entry: Pick<ListedEntry, "description" | "task_id" | "project_id">,
  projects: Projects,
  titles: Map<string, string>,
): string {
  return (
    entry.description ||
    (entry.task_id && titles.get(entry.task_id)) ||
    projects.named(entry.project_id) ||
    "Time entry"
  );
}

export const bounds = ({ start, end }: Span) => ({
  start: new Date(start).toISOString(),
  end: new Date(end).toISOString(),
});

function spanOf(entry: ListedEntry, now: number): Span {
  return { start: Date.parse(entry.start), end: entry.end ? Date.parse(entry.end) : now };
}
