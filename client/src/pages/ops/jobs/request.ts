/** What a job was asked for, in a line. */
import { things } from "../words";

export function wordsOf(request: Record<string, unknown>): string {
  const { ids, filter, edit, write, dry_run: _, ...rest } = request;
  const words = [
    Array.isArray(ids) && things(ids.length, "chosen letter"),
    isObject(filter) && `letters: ${pairs(filter) || "all"}`,
    Array.isArray(edit) && edit.length > 0 && "edited",
    pairs(rest),
    write === false && "only looks what differs",
  ];
  return words.filter(Boolean).join("; ") || "everything";
}

const pairs = (of: Record<string, unknown>) =>
  Object.entries(of)
    .filter(([, value]) => value !== null && value !== false && value !== undefined)
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value === true ? "" : plain(value)}`)
    .map((pair) => pair.trim())
    .join(", ");

const plain = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : `${value}`);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
