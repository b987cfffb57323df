/** The sections of the settings, as the URL names them, in the order in which they are listed. */
export const SECTIONS = [
  { name: "time", label: "Time" },
  { name: "categories", label: "Categories" },
  { name: "projects", label: "Projects and tags" },
  { name: "goals", label: "Goals" },
  { name: "devices", label: "Devices" },
  { name: "privacy", label: "Privacy" },
  { name: "security", label: "Security" },
  { name: "keys", label: "Keys and calendars" },
  { name: "data", label: "Your data" },
] as const;

export type SectionName = (typeof SECTIONS)[number]["name"];
