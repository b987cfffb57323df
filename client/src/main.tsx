import { storage } from "./api/storage";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./page.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { createSyncStoragePersister } from "@tanstack/query-sync-storage-persister";
import { PersistQueryClientProvider } from "@tanstack/react-query-persist-client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./App";
import { queryClient } from "./api/queries";
import { current, restore } from "./api/session";
import { theme, variables } from "./theme";

/** What the first paint of Today needs; signing out forgets it. */
const KEPT = ["/me", "/projects", "/timer", "/analytics/daily", "/goals", "/recommendations"];

const persister = createSyncStoragePersister({
  storage: {
    getItem: (name) => storage.getItem(name),
    removeItem: (name) => storage.removeItem(name),
    // It writes a while after it was asked to: by then the person may have signed out.
    setItem: (name, value) => current() && storage.setItem(name, value),
  },
  key: "timeflow.answers",
});

const root = document.getElementById("root");
if (!root) throw new Error("no #root");

function render(away: boolean) {
  createRoot(root as HTMLElement).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <Notifications position="bottom-right" />
        <PersistQueryClientProvider
          client={queryClient}
          persistOptions={{
            persister,
            maxAge: 86_400_000,
            dehydrateOptions: {
              shouldDehydrateQuery: ({ queryKey, state }) =>
                state.status === "success" && KEPT.includes(String(queryKey[0])),
            },
          }}
        >
          <BrowserRouter basename="/app">
            <App away={away} />
          </BrowserRouter>
        </PersistQueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

restore().then(
  () => render(false),
  () => render(true),
);
