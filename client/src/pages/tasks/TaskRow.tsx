import { ActionIcon, Badge, Checkbox, Group, Menu, Text } from "@mantine/core";
import { IconCalendar, IconDots, IconPlayerPlay } from "@tabler/icons-react";
import { type KeyboardEvent, useRef, useState } from "react";
import type { Recommendation, Task } from "../../api/schema";
import type { Projects } from "../../shared/colors";
import { useMe, useToday } from "../../shared/hooks";
import { deleted, isOver, planned, toggled } from "../../shared/tasks";
import { addDays, dayAndClock, duration, shortDay } from "../../shared/time";
import { startTimer } from "../../shell/TimerBar";
import { useDo } from "../../shell/undo";
import { TASK_TYPE } from "./DayStrip";
import { SubtaskLine } from "./SubtaskLine";
import { TitleEditor } from "./TitleEditor";
import type { Row } from "./tree";
import type { Field } from "./useTyping";

const INDENT_PX = 24;
const DEEPEST = 6;
const PRIORITIES = ["", "low", "medium", "high"];

export function TaskRow({
  row: { task, depth },
  index,
  top,
  measure,
  of,
  isCurrent,
  focused,
  projects,
  typed,
  type,
  endTyping,
  range,
  edit,
}: {
  row: Row;
  index: number;
  top: number;
  measure: (element: HTMLElement | null) => void;
  /** How many there are, in sight or not. */
  of: number;
  isCurrent: boolean;
  focused: () => void;
  projects: Projects;
  typed: Field[];
  type: (field: Field) => void;
  /** In one field, or in all. */
  endTyping: (field?: Field) => void;
  range: Recommendation | undefined;
  edit: () => void;
}) {
  const act = useDo();
  const [isPlanning, setIsPlanning] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const close = (field: Field) => {
    // The field that had the focus goes; elsewhere it may be wanted.
    if (row.current?.contains(document.activeElement)) row.current.focus();
    endTyping(field);
  };
  const remove = () => {
    endTyping();
    act(deleted(task));
  };
  const byKey = (event: KeyboardEvent) => {
    if (event.repeat || event.target !== event.currentTarget || event.ctrlKey || event.metaKey)
      return;
    const deeds: Record<string, () => void> = {
      enter: () => type("title"),
      x: () => act(toggled(task)),
      p: () => setIsPlanning(true),
      a: () => type("subtask"),
      e: edit,
      delete: remove,
    };
    const deed = deeds[event.key.toLowerCase()];
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  };
  return (
    <li
      ref={(element) => {
        row.current = element;
        measure(element);
      }}
      aria-setsize={of}
      aria-posinset={index + 1}
      data-index={index}
      className="task-row"
      tabIndex={isCurrent ? 0 : -1}
      aria-label={task.title.slice(0, 200)}
      style={{
        transform: `translateY(${top}px)`,
        paddingInlineStart: 10 + Math.min(depth, DEEPEST) * INDENT_PX,
      }}
      draggable={!typed.length}
      onDragStart={(event) => event.dataTransfer.setData(TASK_TYPE, task.id)}
      onFocus={focused}
      onKeyDown={byKey}
    >
      <Group gap="sm" wrap="nowrap" align="start">
        <Checkbox
          mt={2}
          checked={isOver(task)}
          onChange={() => act(toggled(task))}
          aria-label={`Done: ${task.title.slice(0, 100)}`}
          tabIndex={isCurrent ? 0 : -1}
        />
        <div style={{ flex: 1, minWidth: 0 }}>
          {typed.includes("title") ? (
            <TitleEditor task={task} close={() => close("title")} />
          ) : (
            // biome-ignore lint/a11y/noStaticElementInteractions: Enter on the row does the same
            <div
              className="task-title"
              data-over={isOver(task) || undefined}
              dir="auto"
              onDoubleClick={() => type("title")}
            >
              {task.title}
            </div>
          )}
          <Facts task={task} projects={projects} range={range} />
          {typed.includes("subtask") && <SubtaskLine of={task} close={() => close("subtask")} />}
        </div>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            aria-label={`Start the timer for ${task.title.slice(0, 100)}`}
            tabIndex={isCurrent ? 0 : -1}
            onClick={() => startTimer(act, { task_id: task.id, description: task.title })}
          >
            <IconPlayerPlay size={16} />
          </ActionIcon>
          <PlanMenu
            task={task}
            opened={isPlanning}
            setOpened={setIsPlanning}
            isCurrent={isCurrent}
          />
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                aria-label={`More for ${task.title.slice(0, 100)}`}
                tabIndex={isCurrent ? 0 : -1}
              >
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => type("title")}>Change the title</Menu.Item>
              <Menu.Item onClick={edit}>Edit all</Menu.Item>
              <Menu.Item onClick={() => type("subtask")}>Add a subtask</Menu.Item>
              <Menu.Item color="red" onClick={remove}>
                Delete
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
    </li>
  );
}

/** What is known of a task besides its title, in one line. */
function Facts({
  task,
  projects,
  range,
}: {
  task: Task;
  projects: Projects;
  range: Recommendation | undefined;
}) {
  const { data: me } = useMe();
  const project = projects.named(task.project_id);
  const due = task.due_on
    ? shortDay(task.due_on)
    : task.due_at && me && dayAndClock(task.due_at, me.time_zone);
  return (
    <Group gap={8} mih={20}>
      {project && (
        <Text size="xs" c="dimmed">
          <Text span c={projects.colored(task.project_id)} aria-hidden>
            ●
          </Text>{" "}
          {project}
        </Text>
      )}
      {task.priority > 0 && (
        <Text size="xs" fw={600}>
          {PRIORITIES[task.priority]} priority
        </Text>
      )}
      {due && (
        <Text size="xs" c="dimmed">
          due {due}
        </Text>
      )}
      {task.planned_on && (
        <Text size="xs" c="dimmed">
          planned {shortDay(task.planned_on)}
        </Text>
      )}
      {task.estimate_s !== null && (
        <Text size="xs" c="dimmed">
          {duration(task.estimate_s)}
          {range?.p50_s && range.p80_s
            ? `, by your history ${duration(range.p50_s)} to ${duration(range.p80_s)}`
            : ""}
        </Text>
      )}
      {task.rrule && (
        <Text size="xs" c="dimmed">
          repeats
        </Text>
      )}
      {task.tags.map((tag) => (
        <Badge key={tag} size="xs" variant="default" tt="none">
          {tag}
        </Badge>
      ))}
    </Group>
  );
}

function PlanMenu({
  task,
  opened,
  setOpened,
  isCurrent,
}: {
  task: Task;
  opened: boolean;
  setOpened: (opened: boolean) => void;
  isCurrent: boolean;
}) {
  const today = useToday();
  const act = useDo();
  const days: [string, string | null][] = [
    ["Today", today],
    ["Tomorrow", addDays(today, 1)],
    ["In two days", addDays(today, 2)],
    ["In a week", addDays(today, 7)],
    ["No day", null],
  ];
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          aria-label={`Plan ${task.title.slice(0, 100)}`}
          tabIndex={isCurrent ? 0 : -1}
        >
          <IconCalendar size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {days.map(([name, date]) => (
          <Menu.Item key={name} onClick={() => act(planned(task, date))}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
