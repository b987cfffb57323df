/** What days are by rules (docs/intelligence.md), and their colours. */
export const TYPES: Record<string, { color: string; meaning: string }> = {
  deep: {
    color: "var(--mantine-color-cyan-7)",
    meaning: "two hours of deep work or more, and two fifths of the activity",
  },
  regular: { color: "var(--mantine-color-blue-4)", meaning: "none of the others" },
  meetings: {
    color: "var(--mantine-color-grape-6)",
    meaning: "two fifths of the activity or more in meetings",
  },
  fragmented: {
    color: "var(--mantine-color-orange-6)",
    meaning: "twelve changes of category an hour or more, and little focus",
  },
  late: {
    color: "var(--mantine-color-indigo-8)",
    meaning: "a quarter of the activity or more from 22:00 to 6:00",
  },
  short: { color: "var(--mantine-color-yellow-5)", meaning: "under half of your usual day" },
  off: { color: "var(--mantine-color-gray-5)", meaning: "under ten minutes of use" },
};

export const colorOfType = (type: string): string =>
  TYPES[type]?.color ?? "var(--mantine-color-gray-5)";
