import { Drawer } from "@mantine/core";
import { useGet } from "../../../api/queries";
import { Shown } from "../../../shared/Shown";
import type { Action } from "./ActionDialog";
import { LetterWhole } from "./LetterWhole";

/** One letter beside the list. `isBehind`: a dialog lies above it, which the keys are meant for. */
export function LetterDrawer({
  id,
  close,
  act,
  isBehind,
}: {
  id: string | null;
  close: () => void;
  act: (action: Action) => void;
  isBehind: boolean;
}) {
  return (
    <Drawer
      opened={id !== null}
      onClose={close}
      position="right"
      size={960}
      title="Dead letter"
      closeOnEscape={!isBehind}
      trapFocus={!isBehind}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {id && <Asked key={id} id={id} act={act} />}
    </Drawer>
  );
}

function Asked({ id, act }: { id: string; act: (action: Action) => void }) {
  const letter = useGet("/ops/dlq/{id}", { path: { id } }, { staleTime: 0 });
  return (
    <Shown of={letter} height={560}>
      {(found) => <LetterWhole letter={found} act={act} />}
    </Shown>
  );
}
