import { type Call, call } from "../../../api/calls";
import type { WebCategoryRulesNewRule as NewRule, Rule } from "../../../api/schema";

export const FIELDS = {
  entity: "File, page or application",
  project: "Project",
  device: "Device",
  category: "Category that came with it",
} satisfies Record<NewRule["field"], string>;

export const PRODUCTIVITY = [
  { value: "2", label: "Very productive" },
  { value: "1", label: "Productive" },
  { value: "0", label: "Neutral" },
  { value: "-1", label: "Distracting" },
  { value: "-2", label: "Very distracting" },
];

export const productivityWords = (of: number) =>
  PRODUCTIVITY.find(({ value }) => value === String(of))?.label ?? "";

export const withoutPlace = ({ field, pattern, category, productivity }: Rule): NewRule => ({
  field,
  pattern,
  category,
  productivity,
});

/** The whole set as it was: whatever changed in it is taken back at once. */
export const setAgain = (before: Rule[]): Call[] => [
  call("put", "/category-rules", { body: { items: before.map(withoutPlace) } }),
];

/** The rules with one in its place, or at the end where it has none yet. */
export function replaced(rules: Rule[], id: string | undefined, by: NewRule): NewRule[] {
  const others = rules.map((rule) => (rule.id === id ? by : withoutPlace(rule)));
  return id ? others : [...others, by];
}
