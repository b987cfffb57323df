import { Button, Group, Modal, NumberInput, Stack, Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useChange } from "../../../api/changes";
import { refresh } from "../../../api/queries";
import type { Meant, Plan as PlanAnswer } from "../../../api/schema";
import { Shown } from "../../../shared/Shown";
import { say } from "../../../shell/undo";
import { JobProgress } from "../jobs/JobProgress";
import { things } from "../words";
import { acting, useDryRun } from "./acting";
import { Plan } from "./Plan";
import { readPatch } from "./patch";
import { Refused } from "./Refused";

export type Action = {
  kind: "replay" | "discard";
  meant: Meant;
  /** JSON, as it is typed. */
  patch?: string;
  /** Told when there is a job of it. */
  begun?: () => void;
};

const TYPING_MS = 400;
const WORDS = {
  replay: {
    title: "Replay dead letters",
    does: "will be tried again, once, by the owner of the partition; what fails stays open.",
    button: "Replay",
  },
  discard: {
    title: "Discard dead letters",
    does: "will be given up: still listed, and a replay takes it back.",
    button: "Discard",
  },
};

/** First what would happen, then the question, then how far it is. */
export function ActionDialog({ action, close }: { action: Action; close: () => void }) {
  const { kind, meant } = action;
  const [text, setText] = useState(action.patch ?? "");
  const [rate, setRate] = useState<number | string>("");
  const [typed] = useDebouncedValue(text, TYPING_MS);
  const patch = readPatch(text);
  const isSettled = typed === text && patch.wrong === undefined;
  const dry = useDryRun(kind, meant, isSettled ? patch.value : undefined);
  const begin = useChange<PlanAnswer>();
  const job = begin.data?.job;
  const words = WORDS[kind];
  const problem = begin.error ?? dry.error;
  const start = () => {
    const asked = { ...meant, rate: typeof rate === "number" ? rate : null };
    begin.mutate(
      { call: acting(kind, asked, patch.value ?? []), done: words.button },
      {
        onSuccess: ({ letters }) => {
          action.begun?.();
          say(`${words.button}: a job of ${things(letters, "letter")} runs`);
        },
      },
    );
  };
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={words.title}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {job ? (
        <JobProgress id={job.id} />
      ) : (
        <Stack>
          {kind === "replay" && (
            <Textarea
              label="Change the events first"
              description="A JSON Patch (RFC 6902), made for each of them; empty: none"
              placeholder={'[{"op": "remove", "path": "/colour"}]'}
              autosize
              minRows={2}
              maxRows={8}
              spellCheck={false}
              styles={{ input: { fontFamily: "monospace" } }}
              error={patch.wrong}
              value={text}
              onChange={(event) => {
                begin.reset();
                setText(event.currentTarget.value);
              }}
            />
          )}
          {patch.wrong !== undefined ? (
            <Text size="sm" mih={96}>
              What would happen is shown once the patch can be read.
            </Text>
          ) : problem ? (
            <Refused
              problem={problem}
              again={() => {
                refresh("/ops/dlq");
                close();
              }}
            />
          ) : (
            <Shown of={dry} height={96}>
              {(plan) => <Plan plan={plan} does={words.does} />}
            </Shown>
          )}
          <NumberInput
            label="Letters a second, at most"
            placeholder="as fast as they are applied"
            min={0.1}
            max={100_000}
            value={rate}
            onChange={setRate}
          />
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              This was a dry run: nothing has happened yet.
            </Text>
            <Button
              color={kind === "discard" ? "red" : undefined}
              disabled={!isSettled || !dry.data || dry.isFetching || problem !== null}
              loading={begin.isPending}
              onClick={start}
            >
              {words.button} {dry.data ? things(dry.data.letters, "letter") : ""}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
