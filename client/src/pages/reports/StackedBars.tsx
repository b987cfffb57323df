import { BarChart, ChartTooltip } from "@mantine/charts";
import { Box } from "@mantine/core";
import { NOBODY } from "../../shared/colors";
import { duration, shortDay } from "../../shared/time";
import { type Bucket, largest } from "./buckets";
import { Legend } from "./Legend";

const MOST_SERIES = 7;
const OTHERS = "others";
export const CHART_HEIGHT = 300;

/** What each key looks like. */
export type Look = { label: (key: string) => string; color: (key: string) => string };

/** Hours of each bucket, by what they went into. For eyes; the same is beside it as a table. */
export function StackedBars({
  label,
  buckets,
  look,
  open,
}: {
  label: string;
  buckets: Bucket[];
  look: Look;
  open: (bucket: Bucket) => void;
}) {
  const { keys, hasMore } = largest(buckets, MOST_SERIES);
  // Keys of people have dots and brackets, which the chart would take for paths.
  const series = keys.map((key, place) => ({
    name: `s${place}`,
    label: look.label(key),
    color: look.color(key),
  }));
  if (hasMore) series.push({ name: OTHERS, label: "Others", color: NOBODY });
  const data = buckets.map((bucket) => barOf(bucket, keys));
  return (
    <>
      <Box role="img" aria-label={`${label}. The numbers are in the table below.`}>
        <BarChart
          className="clickable"
          h={CHART_HEIGHT}
          data={data}
          dataKey="name"
          type="stacked"
          series={series}
          accessibilityLayer={false}
          maxBarWidth={44}
          yAxisProps={{ width: 44, tickFormatter: (hours) => `${hours} h` }}
          xAxisProps={{ minTickGap: 16 }}
          barProps={{
            onClick: (_, place) => {
              const bucket = buckets[place];
              if (bucket) open(bucket);
            },
          }}
          tooltipProps={{
            content: ({ label, payload }) => (
              <ChartTooltip
                label={label}
                payload={payload.filter(({ value }) => Number(value) > 0)}
                series={series}
                valueFormatter={(hours) => duration(hours * 3600)}
              />
            ),
          }}
        />
      </Box>
      <Legend items={series} />
    </>
  );
}

function barOf(bucket: Bucket, keys: string[]): Record<string, string | number> {
  const bar: Record<string, string | number> = { name: nameOf(bucket) };
  let others = 0;
  for (const [key, seconds] of bucket.sums) {
    const place = keys.indexOf(key);
    if (place >= 0) bar[`s${place}`] = seconds / 3600;
    else others += seconds;
  }
  bar[OTHERS] = others / 3600;
  return bar;
}

/** "Mon 2 Mar", "2 Mar – 8 Mar". */
export function nameOf({ from, to }: Pick<Bucket, "from" | "to">): string {
  if (from === to) return shortDay(from);
  const day = (date: string) => shortDay(date).replace(/^\w+ /, "");
  return `${day(from)} – ${day(to)}`;
}
