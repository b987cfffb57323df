import { Autocomplete, Group, Stack } from "@mantine/core";
import { usePages } from "../../../api/queries";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { More } from "../More";
import { PersonSelect } from "../PersonSelect";
import { useSearch } from "../search";
import { AuditTable } from "./AuditTable";
import { Chain } from "./Chain";

/** How actions of one kind begin. */
const ACTIONS = [
  "dlq.",
  "stage.",
  "job.",
  "rebuild.",
  "group.",
  "user.",
  "invite.",
  "key.",
  "export",
  "auth.",
  "auth.login failed",
];

/** Who did what, and whether the log of it is as it was written. */
export function Audit() {
  const { search, change } = useSearch();
  const query = { action: search.get("action"), user: search.get("user") };
  const entries = usePages("/ops/audit", { query });
  return (
    <Stack>
      <Chain />
      <Section title="Entries">
        <Stack>
          <Group gap="xs">
            <Autocomplete
              label="Action begins with"
              placeholder="any"
              maxLength={100}
              data={ACTIONS}
              value={query.action ?? ""}
              onChange={(action) => change({ action })}
            />
            <PersonSelect label="By or about" value={query.user} set={(user) => change({ user })} />
          </Group>
          <Shown of={entries} height={420}>
            {({ pages }) => {
              const items = pages.flatMap((page) => page.items);
              return items.length ? (
                <AuditTable entries={items} />
              ) : (
                <Empty>No entry is like this. What operators do from now on is written here.</Empty>
              );
            }}
          </Shown>
          <More of={entries} />
        </Stack>
      </Section>
    </Stack>
  );
}
