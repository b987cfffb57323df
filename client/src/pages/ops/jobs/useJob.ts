import { useEffect } from "react";
import { call } from "../../../api/calls";
import { refresh, useGet } from "../../../api/queries";
import type { Job } from "../../../api/schema";
import { useDo } from "../../../shell/undo";
import { things } from "../words";

const EVERY_MS = 1000;

/** A job, followed while it runs; what it changed is read again when it ends. */
export function useJob(id: string) {
  const job = useGet(
    "/ops/jobs/{id}",
    { path: { id } },
    { refetchInterval: ({ state }) => (state.data?.state === "running" ? EVERY_MS : false) },
  );
  const state = job.data?.state;
  useEffect(() => {
    if (state === "done") refresh("/ops/dlq", "/ops/stages", "/ops/jobs/{id}/items");
  }, [state]);
  return job;
}

/** Cancelling and going on, each of which takes back the other. */
export function useJobActions() {
  const act = useDo();
  const path = (job: Job) => ({ path: { id: job.id } });
  const cancel = (job: Job) => call("post", "/ops/jobs/{id}/cancel", path(job));
  const goOn = (job: Job) => call("post", "/ops/jobs/{id}/continue", path(job));
  return {
    cancel: (job: Job) =>
      act({
        call: cancel(job),
        done: `Cancelled the ${job.kind} of ${things(job.total, "thing")}`,
        undo: () => [goOn(job)],
      }),
    goOn: (job: Job) =>
      act({
        call: goOn(job),
        done: `The ${job.kind} goes on`,
        undo: () => [cancel(job)],
      }),
  };
}
