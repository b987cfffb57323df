/** JSON Patch (RFC 6902): derived from an event that was edited, or read from text. */
import type { Operation } from "../../../api/schema";

/** More than these the server does not take; then the event is replaced as a whole. */
const MOST_OPERATIONS = 100;

type Values = Record<string, unknown>;

/** What makes `after` of `before`; nothing where they are the same. */
export function patchOf(before: unknown, after: unknown): Operation[] {
  const operations = [...difference(before, after, "")];
  if (operations.length <= MOST_OPERATIONS) return operations;
  return [{ op: "replace", path: "", value: after }];
}

function* difference(before: unknown, after: unknown, path: string): Generator<Operation> {
  if (isObject(before) && isObject(after)) {
    for (const name of Object.keys(before)) {
      if (!Object.hasOwn(after, name)) yield { op: "remove", path: `${path}/${escaped(name)}` };
    }
    for (const [name, value] of Object.entries(after)) {
      const at = `${path}/${escaped(name)}`;
      if (Object.hasOwn(before, name)) yield* difference(before[name], value, at);
      else yield { op: "add", path: at, value };
    }
  } else if (!isSame(before, after)) {
    yield { op: "replace", path, value: after };
  }
}

const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((each, at) => isSame(each, other[at]));
  }
  if (isObject(one) && isObject(other)) return difference(one, other, "").next().done === true;
  return one === other;
}

/** A name in a JSON Pointer (RFC 6901). */
const escaped = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** As it is shown and typed: an operation a line. */
export const textOf = (patch: Operation[]) =>
  `[\n${patch.map((operation) => `  ${JSON.stringify(operation)}`).join(",\n")}\n]`;

export type Read<Value> =
  | { value: Value; wrong?: undefined }
  | { value?: undefined; wrong: string };

/** The JSON that somebody typed, or why it is none. */
export function readJson(text: string): Read<unknown> {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { wrong: error.message };
  }
}

/** The patch that somebody typed; nothing typed is no change. What its operations say, the server judges. */
export function readPatch(text: string): Read<Operation[]> {
  if (!text.trim()) return { value: [] };
  const { value, wrong } = readJson(text);
  if (wrong !== undefined) return { wrong };
  const isPatch =
    Array.isArray(value) &&
    value.every((each) => isObject(each) && "op" in each && typeof each.path === "string");
  if (!isPatch) return { wrong: 'A list of operations: [{"op": "remove", "path": "/colour"}]' };
  return { value: value as Operation[] };
}
