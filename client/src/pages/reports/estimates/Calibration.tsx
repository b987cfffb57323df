import { Box, Group, Text } from "@mantine/core";
import {
  CartesianGrid,
  ReferenceLine,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import type { EstimatedTask } from "../../../api/schema";
import { NOBODY, type Projects } from "../../../shared/colors";
import { boundsOf } from "./axes";
import { TaskPoint } from "./TaskPoint";

const HEIGHT = 340;
const GRID = "var(--mantine-color-default-border)";
const TEXT = { fontSize: 12, fill: "var(--mantine-color-dimmed)" };

/** Each task as a point: below the line it took less than estimated, above it more. */
export function Calibration({ items, projects }: { items: EstimatedTask[]; projects: Projects }) {
  const { low, high, ticks } = boundsOf(items);
  const axis = {
    type: "number",
    scale: "log",
    domain: [low, high],
    ticks,
    allowDataOverflow: true,
    tickFormatter: shortly,
    tick: TEXT,
    stroke: GRID,
  } as const;
  const line = (factor: number) =>
    [
      { x: low / Math.min(factor, 1), y: low * Math.max(factor, 1) },
      { x: high / Math.max(factor, 1), y: high * Math.min(factor, 1) },
    ] as const;
  const ids = [...new Set(items.map((each) => each.project_id))];
  return (
    <>
      <Box
        h={HEIGHT}
        role="img"
        aria-label="Estimate against actual of each task. The numbers are in the table of tasks below."
      >
        <ResponsiveContainer
          width="100%"
          height={HEIGHT}
          initialDimension={{ width: 600, height: HEIGHT }}
        >
          <ScatterChart
            accessibilityLayer={false}
            margin={{ top: 8, right: 16, bottom: 20, left: 4 }}
          >
            <CartesianGrid stroke={GRID} strokeDasharray="3 5" />
            <XAxis
              {...axis}
              dataKey="estimate_s"
              label={{ value: "Estimate", position: "insideBottom", offset: -12, ...TEXT }}
            />
            <YAxis
              {...axis}
              dataKey="actual_s"
              width={72}
              label={{ value: "Actual", position: "insideLeft", angle: -90, ...TEXT }}
            />
            {[0.75, 1, 1.25].map((factor) => (
              <ReferenceLine
                key={factor}
                segment={line(factor)}
                stroke="var(--mantine-color-dimmed)"
                strokeDasharray={factor === 1 ? undefined : "2 4"}
                ifOverflow="hidden"
              />
            ))}
            <Tooltip
              cursor={false}
              content={(props) => <TaskPoint {...props} />}
              isAnimationActive={false}
            />
            {ids.map((id) => (
              <Scatter
                key={id}
                data={items.filter((each) => each.project_id === id)}
                fill={id ? projects.colored(id) : NOBODY}
                fillOpacity={0.75}
                isAnimationActive={false}
              />
            ))}
          </ScatterChart>
        </ResponsiveContainer>
      </Box>
      <Group gap="md" mt="xs">
        {ids.map((id) => (
          <Text key={id} size="xs" maw={200} truncate>
            <Text span c={projects.colored(id)} aria-hidden>
              ●
            </Text>{" "}
            {projects.named(id) || "No project"}
          </Text>
        ))}
        <Text size="xs" c="dimmed">
          On the line: exact. Between the dotted lines: within a quarter.
        </Text>
      </Group>
    </>
  );
}

function shortly(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`;
}
