import { DeleteEvents } from "./DeleteEvents";
import { Deletions } from "./Deletions";
import { Redaction } from "./Redaction";
import { Retention } from "./Retention";

/** What of one's events is kept, and for how long. */
export function Privacy() {
  return (
    <>
      <Redaction />
      <DeleteEvents />
      <Deletions />
      <Retention />
    </>
  );
}
