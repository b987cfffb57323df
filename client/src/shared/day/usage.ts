import type { TimelineInterval } from "../../api/schema";

/** What is drawn as one: intervals of one project and category with no visible gap between them. */
export type UsageBlock = {
  start: number;
  end: number;
  project: string;
  category: string;
  entities: string[];
};

const MOST_ENTITIES = 3;

/** The intervals of a day in order of time, joined over gaps up to `gapMs`. */
export function joined(intervals: TimelineInterval[], gapMs: number): UsageBlock[] {
  const blocks: UsageBlock[] = [];
  const inOrder = intervals.map((each) => ({
    ...each,
    start: Date.parse(each.start),
    end: Date.parse(each.end),
  }));
  inOrder.sort((a, b) => a.start - b.start);
  for (const { start, end, project, category, entity } of inOrder) {
    const last = blocks.at(-1);
    if (last?.project === project && last.category === category && start - last.end <= gapMs) {
      last.end = Math.max(last.end, end);
      if (last.entities.length < MOST_ENTITIES && !last.entities.includes(entity)) {
        last.entities.push(entity);
      }
    } else {
      blocks.push({ start, end, project, category, entities: [entity] });
    }
  }
  return blocks;
}
