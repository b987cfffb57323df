/**
 * A call is a request to the API as plain data: typed by its document, and fit to be kept, sent
 * again, or undone after a reload.
 */
import { Problem, problemOf } from "./problems";
import type { paths } from "./schema";
import { current, renewed } from "./session";

type Method = "get" | "post" | "put" | "patch" | "delete";

export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: object } ? P : never;
}[keyof paths];

type Operation<P extends keyof paths, M extends Method> = paths[P][M];

/** The parameters and the body that a path takes, and the version that is meant to be changed. */
export type Input<P extends keyof paths, M extends Method> = P extends keyof paths
  ? InputOf<Operation<P, M>>
  : never;

type InputOf<O> = PathParameters<O> & QueryParameters<O> & Body<O> & { version?: number };

type PathParameters<O> = O extends { parameters: { path: infer T extends object } }
  ? { path: T }
  : object;

type QueryParameters<O> = O extends { parameters: { query: infer T extends object } }
  ? { query: T }
  : O extends { parameters: { query?: infer T extends object } }
    ? { query?: T }
    : object;

type Body<O> = O extends { requestBody: { content: { "application/json": infer T } } }
  ? { body: T }
  : O extends { requestBody?: { content: { "application/json": infer T } } }
    ? { body?: T }
    : object;

/** What a path answers when all is well. */
export type AnswerOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? JsonOf<R> : never;

type Json<T> = { content: { "application/json": T } };

type JsonOf<R> = R extends { 200: Json<infer T> }
  ? T
  : R extends { 201: Json<infer T> }
    ? T
    : R extends { 202: Json<infer T> }
      ? T
      : undefined;

/** `path` with its parameters in place, and all that goes into the request but the credential. */
export type Call<Answer = unknown> = {
  method: Method;
  path: string;
  body?: unknown;
  /** The version that is changed; answered with 412 when there is a newer one. */
  version?: number;
  /** Never there: it only carries the type. */
  answer?: Answer;
};

type Typed = <M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  ...input: object extends Input<P, M> ? [Input<P, M>?] : [Input<P, M>]
) => Call<AnswerOf<P, M>>;

type Untyped = {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  version?: number;
};

function made(method: Method, path: string, input: Untyped = {}): Call {
  const { path: places = {}, query = {}, body, version } = input;
  const at = path.replace(/{(\w+)}/g, (_, name) => encodeURIComponent(places[name] ?? ""));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  return { method, path: search.size ? `${at}?${search}` : at, body, version };
}

/** `call("patch", "/tasks/{id}", { path: { id }, body: { title }, version })` */
export const call = made as unknown as Typed;

/** The answer; raises `Problem`. With the same `key` a change has its effect once. */
export async function send<Answer>(
  call: Call<Answer>,
  options: { signal?: AbortSignal; key?: string } = {},
): Promise<Answer> {
  const answer = await fetched(call, options);
  if (!answer.ok) throw await problemOf(answer);
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  return (isJson ? await answer.json().catch(cutOff) : undefined) as Answer;
}

/** The answer as it comes, with a token that is good: when it is over, after the next one. */
export async function fetched(
  call: Call,
  options: { signal?: AbortSignal; key?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  const token = current()?.token ?? "";
  const headers: Record<string, string> = { Authorization: `Bearer ${token}`, ...options.headers };
  if (call.body !== undefined) headers["Content-Type"] = "application/json";
  if (call.version !== undefined) headers["If-Match"] = `"${call.version}"`;
  if (options.key) headers["Idempotency-Key"] = options.key;
  const answer = await fetch(call.path, {
    method: call.method.toUpperCase(),
    headers,
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
    signal: options.signal,
  }).catch(cutOff);
  if (answer.status !== 401 || !token) return answer;
  await renewed(token);
  return fetched(call, options);
}

/** Nobody answered, or not to the end; unless nobody wants to know any more. */
function cutOff(error: unknown): never {
  if (error instanceof DOMException && error.name === "AbortError") throw error;
  throw new Problem(0);
}
