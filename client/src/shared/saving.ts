import { type Call, fetched } from "../api/calls";
import { problemOf } from "../api/problems";
import { complain } from "../shell/undo";

const READ_MS = 60_000;

/** Offers `content` as a file, as if it had been downloaded. */
export function saveAs(content: Blob, name: string) {
  const link = linkTo(content);
  link.download = name;
  link.click();
}

/** Shows it in a tab of its own. */
export function openInTab(content: Blob) {
  const link = linkTo(content);
  link.target = "_blank";
  link.click();
}

/** What a call answers, handed on as it is; a failure is told. */
export async function withAnswer(call: Call, hand: (content: Blob) => void) {
  try {
    const answer = await fetched(call);
    if (!answer.ok) throw await problemOf(answer);
    hand(await answer.blob());
  } catch (error) {
    complain(error);
  }
}

function linkTo(content: Blob): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  // Not at once: the browser may only begin to read it after this.
  setTimeout(() => URL.revokeObjectURL(link.href), READ_MS);
  return link;
}
