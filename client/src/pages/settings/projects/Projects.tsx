import { Badge, Button, ColorSwatch, Group, Switch } from "@mantine/core";
import { useState } from "react";
import { call } from "../../../api/calls";
import { useAll } from "../../../api/queries";
import type { Project } from "../../../api/schema";
import { useUrl } from "../../../shared/hooks";
import { Empty, Section, Shown } from "../../../shared/Shown";
import { useDo } from "../../../shell/undo";
import { Row, RowButton, Rows, Words } from "../Rows";
import { ProjectForm } from "./ProjectForm";

export function Projects() {
  const [archived, setArchived] = useUrl("archived", "");
  const projects = useAll("/projects", { archived: null });
  const [edited, setEdited] = useState<Project | "new" | null>(null);
  const hidden = projects.data?.filter(({ archived_at }) => archived_at).length ?? 0;
  return (
    <Section
      title="Projects"
      aside={
        <Group gap="sm">
          {hidden > 0 && (
            <Switch
              size="sm"
              label={`Archived (${hidden})`}
              checked={archived === "1"}
              onChange={(event) => setArchived(event.currentTarget.checked ? "1" : "")}
            />
          )}
          <Button size="xs" onClick={() => setEdited("new")}>
            Add project
          </Button>
        </Group>
      }
    >
      <Shown of={projects} height={240}>
        {(all) =>
          all.length ? (
            <Rows label="Projects">
              {all
                .filter(({ archived_at }) => archived === "1" || !archived_at)
                .map((project) => (
                  <ProjectRow key={project.id} project={project} edit={() => setEdited(project)} />
                ))}
            </Rows>
          ) : (
            <Empty>
              No project yet. Tasks and time entries can be for one, and what your programs report
              under its name is suggested for it.
            </Empty>
          )
        }
      </Shown>
      {edited && (
        <ProjectForm
          project={edited === "new" ? undefined : edited}
          all={projects.data ?? []}
          close={() => setEdited(null)}
        />
      )}
    </Section>
  );
}

function ProjectRow({ project, edit }: { project: Project; edit: () => void }) {
  const act = useDo();
  const { id, name, version } = project;
  const isArchived = project.archived_at !== null;
  const put = (archived: boolean) =>
    call("patch", "/projects/{id}", { path: { id }, body: { archived } });
  const archive = () =>
    act({
      call: { ...put(!isArchived), version },
      done: `${isArchived ? "Brought back" : "Archived"} “${name}”`,
      undo: () => [put(isArchived)],
    });
  const remove = () =>
    act({
      call: call("delete", "/projects/{id}", { path: { id }, version }),
      done: `Deleted the project “${name}”`,
      undo: () => [call("post", "/projects/{id}/restore", { path: { id } })],
    });
  return (
    <Row
      actions={
        <>
          <RowButton onClick={edit} aria-label={`Edit ${name}`}>
            Edit
          </RowButton>
          <RowButton
            onClick={archive}
            aria-label={`${isArchived ? "Bring back" : "Archive"} ${name}`}
          >
            {isArchived ? "Bring back" : "Archive"}
          </RowButton>
          <RowButton onClick={remove} aria-label={`Delete ${name}`}>
            Delete
          </RowButton>
        </>
      }
    >
      <Group gap="sm" wrap="nowrap">
        <ColorSwatch color={project.color} size={14} withShadow={false} aria-hidden />
        <Words>{name}</Words>
        {project.billable && (
          <Badge variant="default" tt="none">
            billable
          </Badge>
        )}
        {isArchived && (
          <Badge variant="default" tt="none">
            archived
          </Badge>
        )}
      </Group>
    </Row>
  );
}
