import { Box, Grid, NativeSelect, NavLink, Stack, Title } from "@mantine/core";
import type { ComponentType } from "react";
import { Link } from "react-router";
import { useUrl } from "../../shared/hooks";
import { Categories } from "./categories/Categories";
import { YourData } from "./data/YourData";
import { Devices } from "./devices/Devices";
import { Goals } from "./goals/Goals";
import { KeysAndCalendars } from "./keys/KeysAndCalendars";
import { Privacy } from "./privacy/Privacy";
import { ProjectsAndTags } from "./projects/ProjectsAndTags";
import { SECTIONS, type SectionName } from "./sections";
import { Security } from "./security/Security";
import "./settings.css";
import { Time } from "./time/Time";

const SHOWN: Record<SectionName, ComponentType> = {
  time: Time,
  categories: Categories,
  projects: ProjectsAndTags,
  goals: Goals,
  devices: Devices,
  privacy: Privacy,
  security: Security,
  keys: KeysAndCalendars,
  data: YourData,
};

export default function Settings() {
  const [asked, setSection] = useUrl("section", "time");
  const section = SECTIONS.find(({ name }) => name === asked) ?? SECTIONS[0];
  const Shown = SHOWN[section.name];
  return (
    <Stack maw={1040} mx="auto">
      <Title order={1} size="h2">
        Settings
      </Title>
      <NativeSelect
        hiddenFrom="sm"
        label="Section"
        value={section.name}
        onChange={(event) => setSection(event.currentTarget.value)}
        data={SECTIONS.map(({ name, label }) => ({ value: name, label }))}
      />
      <Grid gap="xl">
        <Grid.Col span={3} visibleFrom="sm">
          <Box component="nav" aria-label="Settings" pos="sticky" top={72}>
            {SECTIONS.map(({ name, label }) => (
              <NavLink
                key={name}
                component={Link}
                to={{ search: `?section=${name}` }}
                label={label}
                active={name === section.name}
                aria-current={name === section.name ? "page" : undefined}
              />
            ))}
          </Box>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 9 }}>
          <Stack>
            <Shown />
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
