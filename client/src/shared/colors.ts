/** One colour for one thing, everywhere: a project's own, and one by its name for what has none. */
import { useAll } from "../api/queries";
import type { Project } from "../api/schema";

/** Told apart by people who see fewer colours, on light and on dark (Okabe and Ito, 2008, adapted). */
const PALETTE = [
  "#1c7ed6",
  "#e8590c",
  "#2b8a3e",
  "#ae3ec9",
  "#c2255c",
  "#0b7285",
  "#f08c00",
  "#5f3dc4",
  "#5c940d",
  "#a61e4d",
];
export const NOBODY = "#868e96";

export function colorOf(name: string): string {
  if (!name) return NOBODY;
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return PALETTE[sum % PALETTE.length] ?? NOBODY;
}

export type Projects = {
  all: Project[];
  named: (id: string | null) => string;
  colored: (id: string | null) => string;
  /** Of a project by the name that events say; case does not matter. */
  coloredByName: (name: string) => string;
};

/** The person's projects, and what they look like. */
export function useProjects(): Projects {
  const { data: all = [] } = useAll("/projects", { archived: null }, { staleTime: 300_000 });
  const byId = new Map(all.map((each) => [each.id, each]));
  const byName = new Map(all.map((each) => [each.name.toLowerCase(), each]));
  return {
    all,
    named: (id) => (id && byId.get(id)?.name) || "",
    colored: (id) => (id && byId.get(id)?.color) || NOBODY,
    coloredByName: (name) => byName.get(name.toLowerCase())?.color ?? colorOf(name),
  };
}
