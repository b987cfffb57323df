import { Group, Text } from "@mantine/core";
import { Section, Shown } from "../../../shared/Shown";
import { datesBetween, duration } from "../../../shared/time";
import { AsTable } from "../AsTable";
import { type Focus, useReport } from "../answers";
import { bucketsOf } from "../buckets";
import { saveCsv } from "../csv";
import { DerivedWith } from "../DerivedWith";
import { Download } from "../Download";
import { useEvidence } from "../Evidence";
import { NothingYet } from "../NothingYet";
import { beforeOf, isByWeek, type Range } from "../ranges";
import { nameOf, StackedBars } from "../StackedBars";
import { Totals } from "../Totals";
import { FocusTable } from "./FocusTable";
import { figuresOf, focusCsv } from "./figures";
import { SessionsOfDays } from "./SessionsOfDays";

const LOOK = {
  label: (key: string) => (key === "deep" ? "Deep work" : "Other focus"),
  color: (key: string) => (key === "deep" ? "cyan.9" : "cyan.5"),
};

/** How long things were stayed with, and how often they were left. */
export function FocusView({ range, compare }: { range: Range; compare: boolean }) {
  const focus = useReport("/analytics/focus", { query: range });
  const before = useReport("/analytics/focus", { query: beforeOf(range) }, { enabled: compare });
  const open = useEvidence();
  const title = isByWeek(range) ? "Weeks" : "Days";
  return (
    <Shown of={focus} height={900}>
      {(answer) => {
        if (!answer.days.length) {
          return (
            <NothingYet>
              No day of these had activity. Focus is found in what your devices report.
            </NothingYet>
          );
        }
        const buckets = bucketsOf(sumsOf(answer, range), isByWeek(range));
        const name = `timeflow-${range.from}-${range.to}-focus.csv`;
        return (
          <>
            <Totals
              compare={compare}
              totals={figuresOf(answer, before.data).map((figure) => ({
                ...figure,
                behind: {
                  how: figure.how,
                  derived: answer,
                  of: <SessionsOfDays focus={answer} days={answer.days} words={figure.ofDay} />,
                },
              }))}
            />
            <DerivedWith {...answer} />
            <Section
              title={title}
              aside={
                <Download
                  files={[
                    { label: "Days (CSV)", save: () => saveCsv(name, focusCsv(answer.days)) },
                  ]}
                />
              }
            >
              <StackedBars
                label={`${title}: focus and deep work`}
                buckets={buckets}
                look={LOOK}
                open={(bucket) => {
                  const days = answer.days.filter(
                    ({ date }) => date >= bucket.from && date <= bucket.to,
                  );
                  open({
                    title: nameOf(bucket),
                    value: duration(days.reduce((sum, day) => sum + day.focus_s, 0)),
                    how: "Focus time, of these sessions.",
                    derived: answer,
                    of: (
                      <SessionsOfDays
                        focus={answer}
                        days={days}
                        words={(day) => duration(day.focus_s)}
                      />
                    ),
                  });
                }}
              />
              <AsTable label="Days as a table">{() => <FocusTable focus={answer} />}</AsTable>
            </Section>
            <Section title="What the words mean">
              <InWords {...answer.parameters} />
            </Section>
          </>
        );
      }}
    </Shown>
  );
}

/** Of each day of the range, so that days without activity have their place. */
function sumsOf({ days }: Focus, { from, to }: Range) {
  const byDate = new Map(days.map((day) => [day.date, day]));
  return datesBetween(from, to).map((date) => {
    const { deep_s = 0, focus_s = 0 } = byDate.get(date) ?? {};
    return { date, sums: { deep: deep_s, focus: focus_s - deep_s } };
  });
}

function InWords(parameters: Focus["parameters"]) {
  const { focus_from_s, interruption_s, deep_from_s, pause_s, switch_s } = parameters;
  const said = [
    [
      "Focus",
      `${duration(focus_from_s)} or more in one category, interrupted for ${duration(interruption_s)} at most at a time; interruptions do not count.`,
    ],
    ["Deep work", `focus in sessions of ${duration(deep_from_s)} or more.`],
    ["Session", `a stretch of any activity without a pause of ${duration(pause_s)}.`],
    ["Switch", `a change of category that lasted ${duration(switch_s)} or more.`],
  ];
  return said.map(([word, meaning]) => (
    <Group key={word} gap="xs" wrap="nowrap" align="baseline">
      <Text size="sm" fw={600} w={90} style={{ flex: "none" }}>
        {word}
      </Text>
      <Text size="sm">{meaning}</Text>
    </Group>
  ));
}
