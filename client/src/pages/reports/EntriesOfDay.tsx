import { useGet } from "../../api/queries";
import { useProjects } from "../../shared/colors";
import { useMe, useNow } from "../../shared/hooks";
import { Empty, Shown } from "../../shared/Shown";
import { clock, duration } from "../../shared/time";
import { Pieces } from "./Pieces";

const MOST = 200;

/** The time entries that touch a day. */
export function EntriesOfDay({
  date,
  only = () => true,
}: {
  date: string;
  only?: (project: string | null) => boolean;
}) {
  const entries = useGet("/time-entries", { query: { from: date, to: date, limit: MOST } });
  const projects = useProjects();
  const zone = useMe().data?.time_zone ?? "UTC";
  const now = useNow(60_000);
  return (
    <Shown of={entries} height={200}>
      {({ items }) => {
        const shown = items.filter(({ project_id }) => only(project_id));
        return shown.length ? (
          <Pieces
            label="Time entries"
            pieces={shown.map((each) => ({
              key: each.id,
              when: `${clock(each.start, zone)} – ${each.end ? clock(each.end, zone) : "now"}`,
              what: each.description || projects.named(each.project_id) || "No description",
              more: projects.named(each.project_id),
              lasted: duration(
                ((each.end ? Date.parse(each.end) : now) - Date.parse(each.start)) / 1000,
              ),
            }))}
          />
        ) : (
          <Empty>No time entry of this touches the day.</Empty>
        );
      }}
    </Shown>
  );
}
