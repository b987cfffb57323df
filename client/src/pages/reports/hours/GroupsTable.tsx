import { Box, Button, Group, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { Projects } from "../../../shared/colors";
import { Scrolled } from "../../../shared/Scrolled";
import { duration } from "../../../shared/time";
import type { Daily, GroupTotal, Summary } from "../answers";
import { DaysBehind } from "../DaysBehind";
import { Difference } from "../Difference";
import { Evidence } from "../Evidence";
import { type By, GROUPS, isOf, lookOf, sumsOf } from "./groups";

const AT_FIRST = 15;

/** What time went into, the most first. */
export function GroupsTable({
  summary,
  daily,
  by,
  projects,
}: {
  summary: Summary;
  daily: Daily;
  by: By;
  projects: Projects;
}) {
  const [isAll, setIsAll] = useState(false);
  const { groups, before } = summary;
  const shown = isAll ? groups : groups.slice(0, AT_FIRST);
  const most = Math.max(...groups.map((each) => each.active_s), 1);
  const sum = groups.reduce((total, each) => total + each.active_s, 0);
  const look = lookOf(by, projects);
  return (
    <>
      <Scrolled label={`Time by ${GROUPS[by].label.toLowerCase()}`}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{GROUPS[by].label}</Table.Th>
              <Table.Th ta="right">Active</Table.Th>
              {by === "project" && <Table.Th ta="right">Tracked</Table.Th>}
              {before && <Table.Th ta="right">Than before</Table.Th>}
              <Table.Th w="35%" miw={120}>
                Share
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((group) => (
              <Table.Tr key={group.key}>
                <Table.Td maw={{ base: 130, sm: 260 }}>
                  <Group gap={6} wrap="nowrap">
                    <Box w={10} h={10} bg={look.color(group.key)} style={DOT} aria-hidden />
                    <Text size="sm" truncate title={group.key.slice(0, 1000)} dir="auto">
                      {look.label(group.key)}
                    </Text>
                  </Group>
                </Table.Td>
                <Table.Td ta="right">
                  <Active group={group} daily={daily} by={by} label={look.label(group.key)} />
                </Table.Td>
                {by === "project" && (
                  <Table.Td ta="right">
                    <Tracked
                      group={group}
                      daily={daily}
                      projects={projects}
                      label={look.label(group.key)}
                    />
                  </Table.Td>
                )}
                {before && (
                  <Table.Td ta="right">
                    <Difference now={group.active_s} before={group.active_before_s} />
                  </Table.Td>
                )}
                <Table.Td>
                  <Share of={group.active_s} most={most} sum={sum} color={look.color(group.key)} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolled>
      {shown.length < groups.length && (
        <Button variant="default" size="xs" mt="xs" onClick={() => setIsAll(true)}>
          Show all {groups.length} {GROUPS[by].many}
        </Button>
      )}
    </>
  );
}

const DOT = { borderRadius: 3, flex: "none" };

function Share({ of, most, sum, color }: { of: number; most: number; sum: number; color: string }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Box style={{ flex: 1 }} aria-hidden>
        <Box h={8} w={`${(of / most) * 100}%`} bg={color} style={{ borderRadius: 4 }} />
      </Box>
      <Text size="xs" c="dimmed" w={36} ta="right">
        {sum ? Math.round((of / sum) * 100) : 0} %
      </Text>
    </Group>
  );
}

function Active({
  group,
  daily,
  by,
  label,
}: {
  group: GroupTotal;
  daily: Daily;
  by: By;
  label: string;
}) {
  const ofDay = (sums: Record<string, number>) =>
    Object.hasOwn(sums, group.key) ? (sums[group.key] ?? 0) : 0;
  const days = daily.days
    .map((day) => ({ date: day.date, seconds: ofDay(sumsOf(day, by)), all: day.active_s }))
    .filter(({ seconds, all }) => (by === "entity" ? all : seconds) > 0);
  return (
    <Evidence
      title={label}
      value={duration(group.active_s)}
      how={`${by === "device" ? "The device's own time" : "Its share of active time"}, from ${
        group.events === 1 ? "1 event" : `${group.events} events`
      }.${by === "entity" ? " Choose a day to see what of it was this." : ""}`}
      derived={daily}
      of={
        <DaysBehind
          days={days.map(({ date, seconds }) => ({
            date,
            words: by === "entity" ? "" : duration(seconds),
          }))}
          only={isOf(by, group.key)}
        />
      }
    />
  );
}

/** Time entries have a project's id, and the group its name. */
function Tracked({
  group,
  daily,
  projects,
  label,
}: {
  group: GroupTotal;
  daily: Daily;
  projects: Projects;
  label: string;
}) {
  const name = group.key.toLowerCase();
  const ids = projects.all.filter((each) => each.name.toLowerCase() === name).map(({ id }) => id);
  const isOfGroup = (id: string | null) => (id ? ids.includes(id) : name === "");
  const days = daily.days
    .map(({ date, tracked_by_project }) => ({
      date,
      seconds: Object.entries(tracked_by_project).reduce(
        (sum, [id, seconds]) => sum + (isOfGroup(id) ? seconds : 0),
        0,
      ),
    }))
    .filter(({ seconds }) => seconds > 0);
  return (
    <Evidence
      title={`${label}, tracked`}
      value={duration(group.tracked_s)}
      how="The sum of its time entries that have ended."
      derived={daily}
      of={
        <DaysBehind
          days={days.map(({ date, seconds }) => ({ date, words: duration(seconds) }))}
          entries={isOfGroup}
        />
      }
    />
  );
}
