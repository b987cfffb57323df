import { Badge, Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { call } from "../../../api/calls";
import { useGet } from "../../../api/queries";
import type { Calendar } from "../../../api/schema";
import { useNow } from "../../../shared/hooks";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { ago } from "../../../shared/time";
import { useDo, useSave } from "../../../shell/undo";
import { FormProblem } from "../FormProblem";
import { Facts, Row, RowButton, Rows, Words } from "../Rows";
import { useFields } from "../useFields";

/** Calendars in: when the person is busy. */
export function Calendars() {
  const calendars = useGet("/calendars");
  return (
    <Section title="Calendars that say when you are busy">
      <Stack>
        <CalendarForm />
        <Shown of={calendars} height={80}>
          {({ items }) =>
            items.length ? (
              <Rows label="Calendars">
                {items.map((each) => (
                  <CalendarRow key={each.id} calendar={each} />
                ))}
              </Rows>
            ) : (
              <Empty>
                None yet. Recommendations keep free of what a calendar says, once you give its
                address (often called secret address, or iCal).
              </Empty>
            )
          }
        </Shown>
      </Stack>
    </Section>
  );
}

function CalendarForm() {
  const { values, typed, clear } = useFields({ name: "", url: "" });
  const { save, problem, busy } = useSave();
  const add = async () => {
    const made = await save({
      call: call("post", "/calendars", { body: values }),
      done: `Added the calendar “${values.name}”`,
      undo: ({ id }) => [call("delete", "/calendars/{id}", { path: { id } })],
    });
    if (made) clear();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            label="Calendar"
            placeholder="Work"
            required
            maxLength={200}
            error={problem?.of("name")}
            {...typed("name")}
          />
          <TextInput
            label="Address"
            placeholder="https://…/calendar.ics"
            type="url"
            required
            error={problem?.of("url")}
            {...typed("url")}
          />
        </SimpleGrid>
        <FormProblem problem={problem} fields={["name", "url"]} />
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={busy}>
            Add calendar
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function CalendarRow({ calendar }: { calendar: Calendar }) {
  const { id, name, url, error, refreshed_at } = calendar;
  const now = useNow(30_000);
  const act = useDo();
  const remove = () =>
    act({
      call: call("delete", "/calendars/{id}", { path: { id } }),
      done: `Removed the calendar “${name}”`,
      // A file is kept by its owner; an address is read again.
      undo: url ? () => [call("post", "/calendars", { body: { name, url } })] : undefined,
    });
  return (
    <Row
      actions={
        <>
          <RowButton
            aria-label={`Read ${name} again`}
            onClick={() =>
              act({
                call: call("post", "/calendars/{id}/refresh", { path: { id } }),
                done: `Read “${name}” again`,
              })
            }
          >
            Read again
          </RowButton>
          <RowButton onClick={remove} aria-label={`Remove the calendar ${name}`}>
            Remove
          </RowButton>
        </>
      }
    >
      <Group gap="xs">
        <Words>{name}</Words>
        {error && (
          <Badge color="red" variant="dot" tt="none">
            cannot be read
          </Badge>
        )}
      </Group>
      <Facts>{error || (refreshed_at ? `read ${ago(refreshed_at, now)}` : "not read yet")}</Facts>
    </Row>
  );
}
