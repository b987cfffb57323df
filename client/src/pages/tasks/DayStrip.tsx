import "./tasks.css";
import { Text } from "@mantine/core";
import { type DragEvent, useState } from "react";
import { call, send } from "../../api/calls";
import { useGet } from "../../api/queries";
import { useToday } from "../../shared/hooks";
import { planned } from "../../shared/tasks";
import { addDays, datesBetween, duration, shortDay } from "../../shared/time";
import { complain, useDo } from "../../shell/undo";

export const TASK_TYPE = "application/x-timeflow-task";
const DAYS = 7;
const MOST = 200;

/** The next seven days, for tasks to be dropped on; `P` on a task does the same. */
export function DayStrip() {
  const today = useToday();
  const act = useDo();
  const [over, setOver] = useState("");
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
            <Load date={date} />
          </li>
        );
      })}
    </ul>
  );
}

/** What is planned for a day. */
function Load({ date }: { date: string }) {
  const { data } = useGet("/tasks", { query: { status: "open", planned: date, limit: MOST } });
  const tasks = data?.items ?? [];
  const seconds = tasks.reduce((sum, { estimate_s }) => sum + (estimate_s ?? 0), 0);
  const count = data?.next_cursor ? `over ${MOST}` : tasks.length;
  return (
    <Text size="xs" c="dimmed" mih={18}>
      {tasks.length ? `${count} planned` : data ? "free" : ""}
      {seconds > 0 && `, ${duration(seconds)}`}
    </Text>
  );
}
