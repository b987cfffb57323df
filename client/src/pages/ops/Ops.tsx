import { Stack, Tabs, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useSession } from "../../api/session";
import { Audit } from "./audit/Audit";
import { Jobs } from "./jobs/Jobs";
import { Letters } from "./letters/Letters";
import { NotOperator } from "./NotOperator";
import "./ops.css";
import { useSearch } from "./search";
import { Stages } from "./stages/Stages";
import { Streams } from "./streams/Streams";

const VIEWS: Record<string, { label: string; shown: () => ReactNode }> = {
  streams: { label: "Streams", shown: () => <Streams /> },
  stages: { label: "Stages", shown: () => <Stages /> },
  letters: { label: "Dead letters", shown: () => <Letters /> },
  jobs: { label: "Jobs", shown: () => <Jobs /> },
  audit: { label: "Audit", shown: () => <Audit /> },
};
const FIRST = "streams";

/** How the instance is, and mending what is not well. */
export default function Ops() {
  const session = useSession();
  const { search, go } = useSearch();
  const asked = search.get("view") ?? FIRST;
  const view = asked in VIEWS ? asked : FIRST;
  return (
    <Stack>
      <Title order={1} size="h2">
        Ops
      </Title>
      {session?.user.roles.includes("operator") ? (
        <Tabs
          value={view}
          onChange={(next) => go({ view: next === FIRST ? null : next })}
          keepMounted={false}
        >
          <Tabs.List mb="md" className="ops-tabs">
            {Object.entries(VIEWS).map(([name, { label }]) => (
              <Tabs.Tab key={name} value={name}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {Object.entries(VIEWS).map(([name, { shown }]) => (
            <Tabs.Panel key={name} value={name}>
              {shown()}
            </Tabs.Panel>
          ))}
        </Tabs>
      ) : (
        <NotOperator />
      )}
    </Stack>
  );
}
