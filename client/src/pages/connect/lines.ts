import type { Connect, Lines } from "../../api/schema";

/** What the server writes where the key belongs when it does not know it. */
const PLACE = "YOUR-API-KEY";

export const withKey = (text: string, key: string) => text.replaceAll(PLACE, key);

/** One line for a shell that writes the file; what is there already is kept beside it. */
export function shellLine({ file, lines }: Lines): string {
  const directory = file.slice(0, file.lastIndexOf("/"));
  const made = directory === "~" ? "" : `mkdir -p ${directory} && `;
  const quoted = lines.map((line) => `'${line.replaceAll("'", "'\\''")}'`).join(" ");
  return `${made}{ cp ${file} ${file}.bak 2>/dev/null; printf '%s\\n' ${quoted} > ${file}; }`;
}

/** What brings in what other programs recorded. */
export function importLines({ base_url }: Connect, zone: string) {
  const begin = `TIMEFLOW_SERVER=${base_url} TIMEFLOW_KEY=${PLACE} timeflow import`;
  return [
    {
      from: "ActivityWatch",
      does: "From the ActivityWatch that runs on this computer, or the file of an export.",
      line: `${begin} activitywatch http://localhost:5600`,
    },
    {
      from: "WakaTime",
      does: "From the dump that WakaTime sends you (Settings, Export my data, heartbeats).",
      line: `${begin} wakatime wakatime-dump.json`,
    },
    {
      from: "a table (CSV)",
      does: "From any table: say which of its columns is what.",
      line: `${begin} csv hours.csv --map time=Start --map end=End --map category=What --zone ${zone}`,
    },
  ];
}
