import { useEffect, useState } from "react";

/** What had the focus before the component came has it again when it goes. */
export function useFocusBack() {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      setTimeout(() => {
        const isAnotherOpen = document.querySelector("[role=dialog]");
        if (!isAnotherOpen && before instanceof HTMLElement) before.focus();
      });
    },
    [before],
  );
}
