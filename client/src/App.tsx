import { Center, Loader } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import { Navigate, Route, Routes, useLocation } from "react-router";
import { useSession } from "./api/session";
import { ERASURE } from "./pages/settings/data/address";
import { SignIn } from "./pages/sign_in/SignIn";
import { Boundary } from "./shared/Boundary";
import { useMe } from "./shared/hooks";
import { ServerAway } from "./shared/ServerAway";
import { Shown } from "./shared/Shown";
import { Shell } from "./shell/Shell";

const Today = lazy(() => import("./pages/today/Today"));
const Week = lazy(() => import("./pages/week/Week"));
const Tasks = lazy(() => import("./pages/tasks/Tasks"));
const Reports = lazy(() => import("./pages/reports/Reports"));
const Connect = lazy(() => import("./pages/connect/Connect"));
const Settings = lazy(() => import("./pages/settings/Settings"));
const Erasure = lazy(() => import("./pages/settings/data/Erasure"));
const Ops = lazy(() => import("./pages/ops/Ops"));

/** `away`: nobody could say who is signed in, because the server did not answer. */
export function App({ away }: { away: boolean }) {
  const session = useSession();
  const { pathname } = useLocation();
  if (pathname === ERASURE) return shown("Erasure", <Erasure />);
  if (!session) return away ? <ServerAway /> : <SignIn />;
  const first = session.isNew ? "/connect" : "/today";
  return (
    <Shell>
      <OfPerson>
        <Routes>
          <Route path="today" element={shown("Today", <Today />)} />
          <Route path="week" element={shown("Week", <Week />)} />
          <Route path="tasks" element={shown("Tasks", <Tasks />)} />
          <Route path="reports" element={shown("Reports", <Reports />)} />
          <Route path="connect" element={shown("Connect", <Connect />)} />
          <Route path="settings" element={shown("Settings", <Settings />)} />
          <Route path="ops" element={shown("Ops", <Ops />)} />
          <Route path="*" element={<Navigate to={first} replace />} />
        </Routes>
      </OfPerson>
    </Shell>
  );
}

/** Pages come when it is known whose day it is: before, another day might be shown for today. */
function OfPerson({ children }: { children: ReactNode }) {
  const me = useMe();
  return (
    <Shown of={me} height={600}>
      {() => children}
    </Shown>
  );
}

function shown(name: string, page: ReactNode) {
  const loading = (
    <Center h="60vh">
      <Loader aria-label="Loading" />
    </Center>
  );
  return (
    <Boundary key={name}>
      <Suspense fallback={loading}>{page}</Suspense>
    </Boundary>
  );
}
