import "./tasks.css";
import { Text } from "@mantine/core";
import { type DragEvent, useState } from "react";
import { call, send } from "../../api/calls";
import { useGet } from "../../api/queries";
import { useToday } from "../../shared/hooks";
import { addDays, datesBetween, duration, shortDay } from "../../shared/time";
import { complain, useDo } from "../../shell/undo";
import { planned } from "./changes";

export const TASK_TYPE = "application/x-timeflow-task";
const DAYS = 7;

/** The next seven days, for tasks to be dropped on; `P` on a task does the same. */
export function DayStrip() {
  const today = useToday();
  const act = useDo();
  const [over, setOver] = useState("");
  const { data } = useGet("/tasks", {
    query: { status: "open", limit: 1000, sort: "position" },
  });
  const load = new Map<string, { tasks: number; seconds: number }>();
  for (const { planned_on, estimate_s } of data?.items ?? []) {
    if (!planned_on) continue;
    const { tasks, seconds } = load.get(planned_on) ?? { tasks: 0, seconds: 0 };
    load.set(planned_on, { tasks: tasks + 1, seconds: seconds + (estimate_s ?? 0) });
  }
  const drop = async (event: DragEvent, date: string) => {
    setOver("");
    const id = event.dataTransfer.getData(TASK_TYPE);
    if (!id) return;
    event.preventDefault();
    try {
      await act(planned(await send(call("get", "/tasks/{id}", { path: { id } })), date));
    } catch (error) {
      complain(error);
    }
  };
  return (
    <ul className="day-strip" aria-label="Plan of the next days">
      {datesBetween(today, addDays(today, DAYS - 1)).map((date) => {
        const { tasks, seconds } = load.get(date) ?? { tasks: 0, seconds: 0 };
        return (
          <li
            key={date}
            data-over={over === date || undefined}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(date);
            }}
            onDragLeave={() => setOver("")}
            onDrop={(event) => drop(event, date)}
          >
            <Text size="xs" fw={600}>
              {date === today ? "Today" : shortDay(date)}
            </Text>
            <Text size="xs" c="dimmed">
              {tasks ? `${tasks} planned` : "free"}
              {seconds > 0 && `, ${duration(seconds)}`}
            </Text>
          </li>
        );
      })}
    </ul>
  );
}
