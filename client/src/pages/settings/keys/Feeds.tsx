import { Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../../api/calls";
import { useGet } from "../../../api/queries";
import type { Feed, MadeFeed } from "../../../api/schema";
import { useNow } from "../../../shared/hooks";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { ago } from "../../../shared/time";
import { useDo } from "../../../shell/undo";
import { Confirm } from "../Confirm";
import { Facts, Row, RowButton, Rows, Words } from "../Rows";
import { ShownOnce } from "./ShownOnce";

/** Calendars out: entries and tasks for a calendar program. */
export function Feeds() {
  const feeds = useGet("/feeds");
  const now = useNow(30_000);
  const act = useDo();
  const [made, setMade] = useState<MadeFeed | null>(null);
  const [ending, setEnding] = useState<Feed | null>(null);
  const make = async () => {
    const feed = await act({
      call: call("post", "/feeds", { body: {} }),
      done: "Made a calendar feed",
      undo: ({ id }) => [call("delete", "/feeds/{id}", { path: { id } })],
    });
    if (feed) setMade(feed);
  };
  const end = async ({ id }: Feed) => {
    setEnding(null);
    await act({
      call: call("delete", "/feeds/{id}", { path: { id } }),
      done: "Ended the calendar feed",
    });
  };
  return (
    <Section
      title="Your time in your calendar"
      aside={
        <Button size="xs" onClick={make}>
          Make an address
        </Button>
      }
    >
      <Stack>
        {made && (
          <ShownOnce
            title="The address of your calendar"
            label="the address"
            secret={made.url}
            close={() => setMade(null)}
          />
        )}
        <Shown of={feeds} height={80}>
          {({ items }) =>
            items.length ? (
              <Rows label="Calendar feeds">
                {items.map((feed) => (
                  <Row
                    key={feed.id}
                    actions={
                      <RowButton
                        onClick={() => setEnding(feed)}
                        aria-label={`End the calendar feed ${feed.name}`}
                      >
                        End…
                      </RowButton>
                    }
                  >
                    <Words>{feed.name}</Words>
                    <Facts>
                      made {ago(feed.created_at, now)} ·{" "}
                      {feed.last_used_at ? `read ${ago(feed.last_used_at, now)}` : "never read"}
                    </Facts>
                  </Row>
                ))}
              </Rows>
            ) : (
              <Empty>
                A calendar program that subscribes to an address of yours shows your time entries
                and tasks. Whoever has the address can read them.
              </Empty>
            )
          }
        </Shown>
      </Stack>
      <Confirm
        title="End this calendar feed?"
        action="End feed"
        opened={ending !== null}
        close={() => setEnding(null)}
        confirm={() => ending && end(ending)}
      >
        <Text size="sm">
          Its address leads nowhere any more. This cannot be taken back; another one has another
          address.
        </Text>
      </Confirm>
    </Section>
  );
}
