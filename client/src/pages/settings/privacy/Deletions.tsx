import { call } from "../../../api/calls";
import { useAll } from "../../../api/queries";
import type { WebDeletionsStanding as Standing } from "../../../api/schema";
import { useMe } from "../../../shared/hooks";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { dayAndClock } from "../../../shared/time";
import { useDo } from "../../../shell/undo";
import { Facts, Row, RowButton, Rows, Words } from "../Rows";

const AGAIN_MS = 2000;

/** Those that hold: what fits one of them is not kept, whenever it comes. */
export function Deletions() {
  const { data: me } = useMe();
  const deletions = useAll("/deletions", undefined, {
    refetchInterval: ({ state }) =>
      state.data?.some(({ done_at }) => !done_at) ? AGAIN_MS : false,
  });
  const act = useDo();
  const lift = ({ id }: Standing) =>
    act({
      call: call("delete", "/deletions/{id}", { path: { id } }),
      done: "Lifted the deletion: what is sent again is kept again",
    });
  return (
    <Section title="Deletions that hold">
      <Shown of={deletions} height={80}>
        {(items) =>
          items.length ? (
            <Rows label="Deletions that hold">
              {items.map((each) => (
                <Row
                  key={each.id}
                  actions={
                    <RowButton
                      onClick={() => lift(each)}
                      aria-label={`Lift the deletion of ${wordsOf(each).slice(0, 100)}`}
                    >
                      Lift
                    </RowButton>
                  }
                >
                  <Words>{wordsOf(each)}</Words>
                  <Facts>
                    {each.deleted} events {each.done_at ? "deleted" : "so far, more going"}; made{" "}
                    {me && dayAndClock(each.made_at, me.time_zone)}
                  </Facts>
                </Row>
              ))}
            </Rows>
          ) : (
            <Empty>
              None. A deletion is listed here, so that you can lift it, for instance to import anew;
              lifting brings nothing back by itself.
            </Empty>
          )
        }
      </Shown>
    </Section>
  );
}

function wordsOf({ from, to, device, q }: Standing): string {
  return [
    from && `from ${from}`,
    to && `to ${to}`,
    device !== null && `device ${device || "without a name"}`,
    q !== null && `with “${q}”`,
  ]
    .filter(Boolean)
    .join(", ");
}
