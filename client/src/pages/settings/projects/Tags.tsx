import { ColorSwatch, Group, Text } from "@mantine/core";
import { useState } from "react";
import { call } from "../../../api/calls";
import { useAll } from "../../../api/queries";
import type { Tag } from "../../../api/schema";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { useDo } from "../../../shell/undo";
import { Confirm } from "../Confirm";
import { Row, RowButton, Rows, Words } from "../Rows";
import { TagForm } from "./TagForm";

export function Tags() {
  const tags = useAll("/tags");
  const [edited, setEdited] = useState<Tag | null>(null);
  const [leaving, setLeaving] = useState<Tag | null>(null);
  const act = useDo();
  const remove = async ({ id, name, version }: Tag) => {
    setLeaving(null);
    await act({
      call: call("delete", "/tags/{id}", { path: { id }, version }),
      done: `Deleted the tag “${name}”`,
    });
  };
  return (
    <Section title="Tags">
      <Shown of={tags} height={120}>
        {(all) =>
          all.length ? (
            <Rows label="Tags">
              {all.map((tag) => (
                <Row
                  key={tag.id}
                  actions={
                    <>
                      <RowButton
                        onClick={() => setEdited(tag)}
                        aria-label={`Edit the tag ${tag.name}`}
                      >
                        Edit
                      </RowButton>
                      <RowButton
                        onClick={() => setLeaving(tag)}
                        aria-label={`Delete the tag ${tag.name}`}
                      >
                        Delete…
                      </RowButton>
                    </>
                  }
                >
                  <Group gap="sm" wrap="nowrap">
                    <ColorSwatch color={tag.color} size={14} withShadow={false} aria-hidden />
                    <Words>{tag.name}</Words>
                  </Group>
                </Row>
              ))}
            </Rows>
          ) : (
            <Empty>No tag yet. Write #deep in a task or a time entry, and there is one.</Empty>
          )
        }
      </Shown>
      {edited && <TagForm tag={edited} close={() => setEdited(null)} />}
      <Confirm
        title={`Delete the tag “${leaving?.name ?? ""}”?`}
        action="Delete tag"
        opened={leaving !== null}
        close={() => setLeaving(null)}
        confirm={() => leaving && remove(leaving)}
      >
        <Text size="sm">No task and no entry bears it any more. This cannot be taken back.</Text>
      </Confirm>
    </Section>
  );
}
