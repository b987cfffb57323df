import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useCallback, useEffect, useRef } from "react";
import { type Change, undo, useChange } from "../api/changes";
import { Problem } from "../api/problems";

/** Takes back a change, else the newest, and says what that was. */
export function useUndo() {
  return useCallback(async (id?: string) => {
    try {
      const done = await undo(id);
      const nothing = id ? "That is taken back already." : "There is nothing to take back.";
      say(done ? `Taken back: ${done}` : nothing);
    } catch (error) {
      complain(error);
    }
  }, []);
}

/** Makes changes and says what they did, with a way back where there is one; raises `Problem`. */
function useTold() {
  const change = useChange<never>();
  const takeBack = useUndo();
  const make = useCallback(
    async function make<Answer>(made: Change<Answer>): Promise<Answer> {
      const sent: Change<Answer> & { key?: string } = { ...made };
      const answer: Answer = await change.mutateAsync(sent as never);
      say(made.done, made.undo && (() => takeBack(sent.key)));
      return answer;
    },
    [change.mutateAsync, takeBack],
  );
  return { change, make };
}

/** For what is done at once: a failure is told, and answered with nothing. */
export function useDo() {
  const { make } = useTold();
  return useCallback(
    async function act<Answer>(made: Change<Answer>): Promise<Answer | undefined> {
      try {
        return await make(made);
      } catch (error) {
        complain(error);
        return undefined;
      }
    },
    [make],
  );
}

/** For forms: what is refused is `problem` as long as the form is there, and told when it is gone. */
export function useSave() {
  const { change, make } = useTold();
  const isThere = useRef(true);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  async function save<Answer>(made: Change<Answer>): Promise<{ answer: Answer } | null> {
    try {
      return { answer: await make(made) };
    } catch (error) {
      if (!isThere.current || !(error instanceof Problem)) complain(error);
      return null;
    }
  }
  return { save, problem: change.error, busy: change.isPending, reset: change.reset };
}

/** A line that goes away by itself. */
export function say(words: string, takeBack?: () => void) {
  const id = notifications.show({
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{words}</Text>
        {takeBack && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              notifications.hide(id);
              takeBack();
            }}
          >
            Undo
          </Button>
        )}
      </Group>
    ),
    autoClose: takeBack ? 8000 : 4000,
    closeButtonProps: { "aria-label": "Close" },
  });
}

/** Tells a `Problem`; anything else is an error of this page and goes on. */
export function complain(error: unknown) {
  if (!(error instanceof Problem)) throw error;
  notifications.show({
    color: "red",
    title: "That did not work",
    message: error.message,
    autoClose: 10_000,
    closeButtonProps: { "aria-label": "Close" },
  });
}
