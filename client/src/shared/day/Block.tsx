import { type CSSProperties, type KeyboardEvent, useRef, useState } from "react";
import { changed, heightOf, type Scale, type Span, stepsOf, topOf } from "./scale";
import { useDrag } from "./useDrag";

const MINUTE_MS = 60_000;
const STEP_MS = 5 * MINUTE_MS;
const LEAST_PX = 16;
/** Keys that follow each other faster are one change. */
const SETTLE_MS = 500;

type Moving = { span: Span; x: number };

/** A span of a day that is moved by its body, trimmed by its edges, and opened. */
export function Block({
  scale,
  span,
  lane,
  color,
  label,
  title,
  isDraft = false,
  isFixed = false,
  overlaps = false,
  acrossDays,
  open,
  change,
}: {
  scale: Scale;
  span: Span;
  lane: { lane: number; of: number };
  color: string;
  /** What it is, to whoever cannot see where it stands. */
  label: string;
  title: string;
  isDraft?: boolean;
  /** Neither moved nor trimmed: what still runs. */
  isFixed?: boolean;
  overlaps?: boolean;
  /** Milliseconds to where the pointer went sideways. */
  acrossDays?: (x: number) => number;
  open: () => void;
  /** Resolves when what is given shows it. */
  change: (span: Span) => Promise<unknown>;
}) {
  const [moving, setMoving] = useState<Moving | null>(null);
  const shown = moving?.span ?? span;
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  const at = (edge: "both" | "start" | "end", x: number, y: number) => {
    const aside = edge === "both" ? (acrossDays?.(x) ?? 0) : 0;
    return changed(span, edge, stepsOf(scale, y, STEP_MS) + aside, STEP_MS);
  };
  const drag = (edge: "both" | "start" | "end") => ({
    move: (x: number, y: number) => {
      // Sideways it stands where the pointer is, until it is let go.
      const to = changed(span, edge, stepsOf(scale, y, STEP_MS), STEP_MS);
      setMoving({ span: to, x: edge === "both" && acrossDays ? x : 0 });
    },
    drop: async (x: number, y: number) => {
      const to = at(edge, x, y);
      const isChanged = to.start !== span.start || to.end !== span.end;
      if (isChanged) await change(to);
      setMoving(null);
    },
    cancel: () => setMoving(null),
  });
  const body = useDrag(drag("both"));
  const start = useDrag(drag("start"));
  const end = useDrag(drag("end"));
  const byKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      open();
    }
    const by = event.key === "ArrowDown" ? STEP_MS : event.key === "ArrowUp" ? -STEP_MS : 0;
    if (!by || isFixed || !(event.shiftKey || event.altKey)) return;
    event.preventDefault();
    const to = changed(shown, event.shiftKey ? "end" : "start", by, STEP_MS);
    setMoving({ span: to, x: 0 });
    clearTimeout(settling.current);
    settling.current = setTimeout(
      async () => {
        await change(to);
        setMoving(null);
      },
      isDraft ? 0 : SETTLE_MS,
    );
  };
  const top = topOf(scale, shown.start);
  const height = Math.max(topOf(scale, shown.end) - top, LEAST_PX);
  return (
    <button
      type="button"
      className="day-block"
      data-draft={isDraft || undefined}
      data-conflict={overlaps || undefined}
      aria-label={label}
      aria-keyshortcuts="Enter Shift+ArrowUp Shift+ArrowDown Alt+ArrowUp Alt+ArrowDown"
      title={label}
      style={
        {
          top: Math.min(top, heightOf(scale) - LEAST_PX),
          height,
          left: `${(100 * lane.lane) / lane.of}%`,
          width: `calc(${100 / lane.of}% - 2px)`,
          transform: moving?.x ? `translateX(${moving.x}px)` : undefined,
          zIndex: moving ? 3 : undefined,
          "--block-color": color,
        } as CSSProperties
      }
      onKeyDown={byKey}
      onClick={open}
      {...(isFixed ? {} : body)}
    >
      {title}
      {!isFixed && (
        <>
          {/* An end on another day is not here to be taken hold of. */}
          {span.start >= scale.start && <span className="day-edge" data-edge="start" {...start} />}
          {span.end <= scale.end && <span className="day-edge" data-edge="end" {...end} />}
        </>
      )}
    </button>
  );
}
