import "./tasks.css";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Recommendation, Task } from "../../api/schema";
import { useProjects } from "../../shared/colors";
import { useRecommendations } from "../../shared/recommendations";
import { TaskRow } from "./TaskRow";
import { rowsOf } from "./tree";
import type { Typing } from "./useTyping";

const ROW_PX = 58;
const BEYOND = 12;
const NEAR_END = 40;

/** The rows that are in sight, of thousands; arrows go through all of them. */
export function TaskList({
  tasks,
  typing,
  edit,
  more,
}: {
  tasks: Task[];
  typing: Typing;
  edit: (task: Task) => void;
  more?: () => void;
}) {
  const projects = useProjects();
  const ranges = useRanges();
  const rows = useMemo(() => rowsOf(tasks), [tasks]);
  const [current, setCurrent] = useState({ id: "", index: 0 });
  const found = useMemo(
    () => rows.findIndex(({ task }) => task.id === current.id),
    [rows, current.id],
  );
  // Where a row is gone, the one that took its place.
  const at = found < 0 ? Math.min(current.index, rows.length - 1) : found;
  const typed = [...typing.fields.keys()].map((id) => rows.findIndex(({ task }) => task.id === id));
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.task.id ?? index,
    overscan: BEYOND,
    // What has the focus, and what is typed there, stays however far one scrolls.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), at, ...typed])].sort((a, b) => a - b),
  });
  const shown = virtual.getVirtualItems();
  const last = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    if (last >= rows.length - NEAR_END) more?.();
  }, [last, rows.length, more]);

  const hasFocus = useRef(false);
  useEffect(() => {
    if (!hasFocus.current || document.activeElement !== document.body) return;
    scroller.current?.querySelector<HTMLElement>(`[data-index="${at}"]`)?.focus();
  });

  const go = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    // Menus are in the tree of their row, though not in its element.
    const isHere = event.currentTarget.contains(event.target as Node);
    if (!by || !isHere || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    const next = Math.min(Math.max(at + by, 0), rows.length - 1);
    setCurrent({ id: rows[next]?.task.id ?? "", index: next });
    virtual.scrollToIndex(next);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus(),
    );
  };
  return (
    <div className="task-list" ref={scroller}>
      <ul
        aria-label="Tasks"
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={go}
        onFocus={() => {
          hasFocus.current = true;
        }}
        onBlur={({ currentTarget, relatedTarget }) => {
          hasFocus.current = currentTarget.contains(relatedTarget);
        }}
      >
        {shown.map(({ index, start, key }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <TaskRow
              key={key}
              row={row}
              index={index}
              top={start}
              measure={virtual.measureElement}
              of={rows.length}
              isCurrent={index === at}
              focused={() => setCurrent({ id: row.task.id, index })}
              projects={projects}
              typed={typing.fields.get(row.task.id) ?? []}
              type={(field) => typing.begin(row.task, field)}
              endTyping={(field) => typing.end(row.task, field)}
              range={ranges.get(row.task.id)}
              edit={() => edit(row.task)}
            />
          );
        })}
      </ul>
    </div>
  );
}

/** How long tasks take, as the person's own history says. */
function useRanges(): Map<string, Recommendation> {
  const { data } = useRecommendations("estimate_range");
  return useMemo(() => new Map(data?.items.map((each) => [each.subject, each])), [data]);
}
