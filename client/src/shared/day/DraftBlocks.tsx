import { useState } from "react";
import { call } from "../../api/calls";
import type { Draft } from "../../api/schema";
import { useDo } from "../../shell/undo";
import type { Projects } from "../colors";
import { clock, duration } from "../time";
import { Block } from "./Block";
import { bounds } from "./Entries";
import type { Scale, Span } from "./scale";

const ALONE = { lane: 0, of: 1 };

/** Time that no entry claims yet: Enter or a click makes it one, the edges trim it before. */
export function DraftBlocks({
  scale,
  date,
  drafts,
  projects,
  zone,
}: {
  scale: Scale;
  date: string;
  drafts: Draft[];
  projects: Projects;
  zone: string;
}) {
  const act = useDo();
  const [trimmed, setTrimmed] = useState<Record<string, Span>>({});
  const accept = async (draft: Draft, span: Span) => {
    await act({
      call: call("post", "/drafts/accept", {
        body: {
          date,
          items: [
            { ...bounds(span), project_id: draft.project_id, description: draft.description },
          ],
        },
      }),
      done: "Made a time entry of a draft",
      undo: ({ items }) =>
        items.map(({ id }) => call("delete", "/time-entries/{id}", { path: { id } })),
    });
    // It is gone: on to the next, so that a day is taken by Enter alone.
    requestAnimationFrame(() => {
      const next = document.querySelector<HTMLElement>(".day-block[data-draft]");
      if (document.activeElement === document.body) next?.focus();
    });
  };
  return drafts.map((draft) => {
    const own = { start: Date.parse(draft.start), end: Date.parse(draft.end) };
    const span = trimmed[draft.start] ?? own;
    const name = draft.description || draft.project || draft.category || "Activity";
    return (
      <Block
        key={draft.start}
        scale={scale}
        span={span}
        lane={ALONE}
        isDraft
        color={projects.coloredByName(draft.project || draft.category)}
        title={`${name} (draft)`}
        label={`Draft: ${name}, ${clock(span.start, zone)} to ${clock(span.end, zone)}, ${duration(draft.active_s)} active. Enter makes it a time entry.`}
        open={() => accept(draft, span)}
        change={async (to) => {
          const start = Math.max(to.start, own.start);
          const end = Math.min(to.end, own.end);
          if (start < end) setTrimmed({ ...trimmed, [draft.start]: { start, end } });
        }}
      />
    );
  });
}
