import { Badge, Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { call } from "../../../api/calls";
import { useAll } from "../../../api/queries";
import { useNow } from "../../../shared/hooks";
import { Section, Shown } from "../../../shared/Shown";
import { ago } from "../../../shared/time";
import { useDo } from "../../../shell/undo";
import { Confirm } from "../Confirm";
import { Facts, Row, RowButton, Rows, Words } from "../Rows";

import { agentName } from "./agents";

/** Where the person is signed in. */
export function Sessions() {
  const sessions = useAll("/me/sessions");
  const now = useNow(30_000);
  const act = useDo();
  const [isAsking, asking] = useDisclosure();
  const others = sessions.data?.filter(({ current }) => !current).length ?? 0;
  const endAll = async () => {
    asking.close();
    await act({ call: call("delete", "/me/sessions"), done: "Signed out everywhere else" });
  };
  return (
    <Section
      title="Sign-ins"
      aside={
        <Button size="xs" variant="default" onClick={asking.open} disabled={!others}>
          Sign out everywhere
        </Button>
      }
    >
      <Shown of={sessions} height={120}>
        {(all) => (
          <Rows label="Sign-ins">
            {all.map((each) => (
              <Row
                key={each.id}
                actions={
                  !each.current && (
                    <RowButton
                      aria-label={`End the sign-in of ${each.network}, used ${ago(each.last_used_at, now)}`}
                      onClick={() =>
                        act({
                          call: call("delete", "/me/sessions/{id}", { path: { id: each.id } }),
                          done: "Ended the sign-in",
                        })
                      }
                    >
                      End
                    </RowButton>
                  )
                }
              >
                <Group gap="xs">
                  <Words>{agentName(each.user_agent)}</Words>
                  {each.current && (
                    <Badge variant="light" tt="none">
                      this one
                    </Badge>
                  )}
                </Group>
                <Facts>
                  {each.network} · used {ago(each.last_used_at, now)} · since{" "}
                  {ago(each.created_at, now)}
                </Facts>
              </Row>
            ))}
          </Rows>
        )}
      </Shown>
      <Confirm
        title="Sign out everywhere?"
        action="Sign out everywhere"
        opened={isAsking}
        close={asking.close}
        confirm={endAll}
      >
        <Text size="sm">
          {others === 1 ? "The other sign-in ends" : `The ${others} other sign-ins end`} within a
          second; this one stays. API keys stay: end those under Keys and calendars.
        </Text>
      </Confirm>
    </Section>
  );
}
