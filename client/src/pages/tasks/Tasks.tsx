import { Button, Group, Kbd, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { Task } from "../../api/schema";
import { useUrl } from "../../shared/hooks";
import { Empty, Shown } from "../../shared/Shown";
import { AddLine } from "./AddLine";
import { DayStrip } from "./DayStrip";
import { FilterBar } from "./FilterBar";
import { TaskEditor } from "./TaskEditor";
import { TaskList } from "./TaskList";
import { useTasks } from "./useTasks";
import { useTyping } from "./useTyping";

/** All there is to do, by keyboard first. */
export default function Tasks() {
  const [status, setStatus] = useUrl("status", "open");
  const [project, setProject] = useUrl("project", "");
  const [tag, setTag] = useUrl("tag", "");
  const [q, setQ] = useUrl("q", "");
  const [sort, setSort] = useUrl("sort", "position");
  const [edited, setEdited] = useState<Task | null>(null);
  const filters = { status: status === "all" ? "" : status, project, tag, q, sort };
  const found = useTasks(filters);
  const { tasks, typing } = useTyping(found.data);
  const isFiltered = Boolean(project || tag || q || status !== "open");
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={1} size="h2">
          Tasks
        </Title>
        <Text size="xs" c="dimmed" visibleFrom="sm">
          <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> go, <Kbd size="xs">Enter</Kbd> title,{" "}
          <Kbd size="xs">X</Kbd> done, <Kbd size="xs">P</Kbd> plan, <Kbd size="xs">E</Kbd> all,{" "}
          <Kbd size="xs">A</Kbd> subtask, <Kbd size="xs">Del</Kbd> delete
        </Text>
      </Group>
      <AddLine />
      <FilterBar
        values={{ status, project, tag, q, sort }}
        set={{ status: setStatus, project: setProject, tag: setTag, q: setQ, sort: setSort }}
      />
      <DayStrip />
      <Shown of={{ ...found, data: tasks }} height={400}>
        {(items) =>
          items.length ? (
            <TaskList
              tasks={items}
              typing={typing}
              edit={setEdited}
              more={found.hasNextPage ? found.fetchNextPage : undefined}
            />
          ) : isFiltered ? (
            <Empty
              action={
                <Button size="xs" variant="default" component="a" href="/app/tasks">
                  Show all that is open
                </Button>
              }
            >
              No task fits these filters.
            </Empty>
          ) : (
            <Empty>
              Nothing to do. Write a line above, such as “Write report tomorrow 2h #work”: day,
              length and tag are understood.
            </Empty>
          )
        }
      </Shown>
      <TaskEditor task={edited} close={() => setEdited(null)} />
    </Stack>
  );
}
