import { AppShell, Burger, Button, Group, Kbd, NavLink, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconActivity,
  IconCalendarWeek,
  IconChartBar,
  IconChecklist,
  IconLogout,
  IconPlugConnected,
  IconSettings,
  IconSun,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { NavLink as RouterLink, useLocation } from "react-router";
import { useLive } from "../api/live";
import { signOut, useSession } from "../api/session";
import { useKeys } from "../shared/hooks";
import { Notices } from "./Notices";
import { QuickAdd } from "./QuickAdd";
import { Shortcuts } from "./Shortcuts";
import { SignInAgain } from "./SignInAgain";
import { TimerBar } from "./TimerBar";
import { useUndo } from "./undo";

const PAGES = [
  { to: "/today", label: "Today", icon: IconSun },
  { to: "/week", label: "Week", icon: IconCalendarWeek },
  { to: "/tasks", label: "Tasks", icon: IconChecklist },
  { to: "/reports", label: "Reports", icon: IconChartBar },
  { to: "/connect", label: "Connect", icon: IconPlugConnected },
  { to: "/settings", label: "Settings", icon: IconSettings },
] as const;
const OPS = { to: "/ops", label: "Ops", icon: IconActivity } as const;

/** What surrounds every page: where to go, the timer, quick add, undo, and what went wrong. */
export function Shell({ children }: { children: ReactNode }) {
  const session = useSession();
  const location = useLocation();
  const [isOpen, { toggle, close }] = useDisclosure();
  const [isAdding, adding] = useDisclosure();
  const [isHelp, help] = useDisclosure();
  const undo = useUndo();
  useLive();
  useKeys([
    ["q", adding.open],
    ["mod+z", () => undo()],
    ["shift+?", help.open],
  ]);
  const pages = session?.user.roles.includes("operator") ? [...PAGES, OPS] : PAGES;
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 200, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Pages" />
            <Text fw={700} visibleFrom="sm">
              TimeFlow
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <TimerBar />
            <Tooltip label={<Kbd>Q</Kbd>}>
              <Button size="xs" onClick={adding.open}>
                Add task
              </Button>
            </Tooltip>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar
        p="xs"
        aria-label="Pages"
        className="pages"
        data-closed={!isOpen || undefined}
      >
        {pages.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            component={RouterLink}
            to={to}
            label={label}
            active={location.pathname === to}
            leftSection={<Icon size={18} aria-hidden />}
            onClick={close}
          />
        ))}
        <NavLink
          mt="auto"
          component="button"
          label="Keyboard"
          leftSection={<Kbd aria-hidden>?</Kbd>}
          onClick={help.open}
        />
        <NavLink
          component="button"
          label="Sign out"
          leftSection={<IconLogout size={18} aria-hidden />}
          onClick={signOut}
        />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Notices />
        {children}
      </AppShell.Main>
      <QuickAdd opened={isAdding} close={adding.close} />
      <Shortcuts opened={isHelp} close={help.close} />
      <SignInAgain />
    </AppShell>
  );
}
