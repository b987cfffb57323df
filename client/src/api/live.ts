/** The person's own changes as they happen: what shows them is read again (`GET /live`). */
import { useEffect } from "react";
import { call, fetched } from "./calls";
import { refreshBelow } from "./changes";
import { isOwn } from "./own";
import { queryClient, refresh } from "./queries";
import { store } from "./store";

const ROOTS: Record<string, string> = {
  project: "/projects",
  tag: "/tags",
  task: "/tasks",
  time_entry: "/time-entries",
  goal: "/goals",
};

/** Of what is derived from events. */
const DERIVED = [
  "/analytics",
  "/drafts",
  "/goals",
  "/connect",
  "/devices",
  "/recommendations",
  "/insights",
];

const AGAIN_MS = 3000;
const TOGETHER_MS = 300;
/** Several beats of the server (`LIVE_BEAT_S`). */
const SILENT_MS = 60_000;

const live = store(false);

/** Whether changes come by themselves now. */
export const useIsLive = live.useValue;

/** Follows as long as the component is there; comes back where it was cut off. */
export function useLive() {
  useEffect(() => {
    const ending = new AbortController();
    follow(ending.signal);
    return () => ending.abort();
  }, []);
}

async function follow(signal: AbortSignal) {
  let last = "";
  while (!signal.aborted) {
    const silent = new AbortController();
    let silence: ReturnType<typeof setTimeout> | undefined;
    try {
      const headers: Record<string, string> = last ? { "Last-Event-ID": last } : {};
      const either = AbortSignal.any([signal, silent.signal]);
      const answer = await fetched(call("get", "/live"), { signal: either, headers });
      if (answer.ok && answer.body) {
        live.set(true);
        // What happened since it was read, and before there was a stream, nobody tells.
        if (!last) queryClient.invalidateQueries();
        for await (const event of eventsOf(answer.body)) {
          last = event.id || last;
          heed(event);
          // Beats come when nothing else does: without them the connection is dead.
          clearTimeout(silence);
          silence = setTimeout(() => silent.abort(), SILENT_MS);
        }
      } else if (answer.status === 400 || answer.status === 422) {
        last = "";
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Error)) throw error;
    }
    clearTimeout(silence);
    live.set(false);
    await new Promise((resume) => setTimeout(resume, AGAIN_MS));
  }
}

export type LiveEvent = { id: string; name: string; data: string };

/** The events of a stream (WHATWG HTML, 9.2.6), of the fields that the server uses. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveEvent> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as never)
    .getReader() as ReadableStreamDefaultReader<string>;
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (waiting + value).split("\n\n");
    waiting = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = { id: "", name: "", data: "" };
      for (const line of block.split("\n")) {
        const [field, rest = ""] = line.split(/: (.*)/s);
        if (field === "id") event.id = rest;
        if (field === "event") event.name = rest;
        if (field === "data") event.data = rest;
      }
      yield event;
    }
  }
}

const due = new Set<string>();
let waiting: ReturnType<typeof setTimeout> | undefined;

function heed(event: LiveEvent) {
  if (event.name === "activity") due.add("derived");
  if (event.name === "changes") {
    for (const item of JSON.parse(event.data).items) {
      if (!isOwn(item)) due.add(ROOTS[item.kind] ?? `/${item.kind}`);
    }
  }
  if (due.size && !waiting) waiting = setTimeout(readAgain, TOGETHER_MS);
}

function readAgain() {
  waiting = undefined;
  for (const each of due) {
    if (each === "derived") refresh(...DERIVED);
    else refreshBelow(each);
  }
  due.clear();
}
