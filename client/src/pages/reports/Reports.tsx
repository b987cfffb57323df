import { Stack, Tabs, Title } from "@mantine/core";
import "@mantine/charts/styles.css";
import "./reports.css";
import { useSession } from "../../api/session";
import { useToday, useUrl } from "../../shared/hooks";
import { DaysView } from "./days/DaysView";
import { EvidenceDrawer } from "./Evidence";
import { EstimatesView } from "./estimates/EstimatesView";
import { FocusView } from "./focus/FocusView";
import { HoursView } from "./hours/HoursView";
import { RangeBar, useCompare, useRange } from "./RangeBar";
import { wrongWith } from "./ranges";
import { SegmentsView } from "./segments/SegmentsView";

const VIEWS = { hours: "Hours", focus: "Focus", estimates: "Estimates", days: "Days" };

/** What a person's time was over weeks and months; for analysts, the patterns of everybody's. */
export default function Reports() {
  const session = useSession();
  const isAnalyst = session?.user.roles.includes("analyst") ?? false;
  const views = isAnalyst ? { ...VIEWS, segments: "Segments" } : VIEWS;
  const [asked, setView] = useUrl("view", "hours");
  const view = asked in views ? asked : "hours";
  return (
    <EvidenceDrawer>
      <Title order={1} size="h2" mb="md">
        Reports
      </Title>
      <Tabs
        className="reports"
        value={view}
        onChange={(value) => setView(value ?? "hours")}
        keepMounted={false}
      >
        <Tabs.List mb="md" aria-label="Reports">
          {Object.entries(views).map(([name, label]) => (
            <Tabs.Tab key={name} value={name} px={{ base: 6, xs: "md" }}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.keys(views).map((name) => (
          <Tabs.Panel key={name} value={name}>
            <Stack>
              <View name={name} />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </EvidenceDrawer>
  );
}

function View({ name }: { name: string }) {
  if (name === "days") return <DaysView />;
  if (name === "segments") return <SegmentsView />;
  return <Ranged name={name} />;
}

/** The views of a range of days. */
function Ranged({ name }: { name: string }) {
  const today = useToday();
  const [range] = useRange(today);
  const [compare] = useCompare();
  const props = { range, compare };
  return (
    <>
      <RangeBar today={today} />
      {wrongWith(range) ? null : name === "focus" ? (
        <FocusView {...props} />
      ) : name === "estimates" ? (
        <EstimatesView {...props} />
      ) : (
        <HoursView {...props} />
      )}
    </>
  );
}
