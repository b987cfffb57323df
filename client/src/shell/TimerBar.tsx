import { Button, Group, Text } from "@mantine/core";
import { IconPlayerPlayFilled, IconPlayerStopFilled } from "@tabler/icons-react";
import { useEffect } from "react";
import { useLocation } from "react-router";
import { call } from "../api/calls";
import { queryClient, useGet } from "../api/queries";
import type { TimeEntry, Timer } from "../api/schema";
import { useProjects } from "../shared/colors";
import { useKeys, useNow } from "../shared/hooks";
import { stopwatch } from "../shared/time";
import { useDo } from "./undo";

/** What the space bar is for where the keyboard is: writing, choosing, pressing. */
const PRESSED_BY_SPACE = ["INPUT", "TEXTAREA", "SELECT", "BUTTON", "SUMMARY"];

/** The one timer: what runs, for how long, and `Space` to start or stop it. */
export function TimerBar() {
  const { data: timer } = useGet("/timer");
  const running = timer?.entry ?? null;
  const toggle = useTimerToggle();
  useKeys([["space", toggle]], PRESSED_BY_SPACE);
  useTabShows(running);
  return (
    <Group gap="xs" wrap="nowrap">
      {running && <Running entry={running} />}
      <Button
        size="xs"
        variant={running ? "filled" : "default"}
        color={running ? "red" : undefined}
        leftSection={
          running ? (
            <IconPlayerStopFilled size={14} aria-hidden />
          ) : (
            <IconPlayerPlayFilled size={14} aria-hidden />
          )
        }
        onClick={toggle}
      >
        {running ? "Stop" : "Start"}
      </Button>
    </Group>
  );
}

function Running({ entry }: { entry: TimeEntry }) {
  const now = useNow(1000);
  const projects = useProjects();
  const words = entry.description || projects.named(entry.project_id) || "Running";
  return (
    <Text size="sm" truncate maw={220} role="timer" aria-label={`${words} runs`}>
      <Text span fw={600} ff="monospace">
        {stopwatch((now - Date.parse(entry.start)) / 1000)}
      </Text>{" "}
      <Text span visibleFrom="sm" c={projects.colored(entry.project_id)} inherit>
        ●
      </Text>{" "}
      <Text span visibleFrom="sm" inherit>
        {words}
      </Text>
    </Text>
  );
}

/** Stops what runs, or starts the timer without saying what for. */
export function useTimerToggle() {
  const { data: timer } = useGet("/timer");
  const act = useDo();
  return () => {
    if (!timer) return;
    const running = timer.entry;
    if (running) {
      act({
        call: call("post", "/timer/stop", {}),
        done: "Stopped the timer",
        undo: ({ id }) => [runOn(id)],
      });
    } else {
      startTimer(act, {});
    }
  };
}

const runOn = (id: string) =>
  call("patch", "/time-entries/{id}", { path: { id }, body: { end: null } });

/** Undoing takes the entry away, and what it stopped runs on. */
export function startTimer(
  act: ReturnType<typeof useDo>,
  what: { task_id?: string; project_id?: string; description?: string },
) {
  const stopped = queryClient.getQueryData<Timer>(["/timer", "/timer"])?.entry;
  return act({
    call: call("post", "/timer/start", { body: what }),
    done: "Started the timer",
    undo: ({ id }) => [
      call("delete", "/time-entries/{id}", { path: { id } }),
      ...(stopped ? [runOn(stopped.id)] : []),
    ],
  });
}

const TITLE = "TimeFlow";
const RUNS =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'><rect width='64' height='64' rx='14' fill='%23c92a2a'/><path d='M24 18l24 14-24 14z' fill='white'/></svg>";

/** The tab says that the timer runs, and for how long. */
function useTabShows(running: TimeEntry | null) {
  const now = useNow(1000);
  const page = useLocation().pathname.slice(1);
  const name = page ? `${page[0]?.toUpperCase()}${page.slice(1)} · ${TITLE}` : TITLE;
  const title = running
    ? `${stopwatch((now - Date.parse(running.start)) / 1000)} ${running.description || name}`
    : name;
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (!icon || !running) return;
    const usual = icon.href;
    icon.href = RUNS;
    return () => {
      icon.href = usual;
    };
  }, [running]);
}
