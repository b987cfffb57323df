import { Alert, Stack } from "@mantine/core";
import { useEffect } from "react";
import { useSession } from "../api/session";
import { useWaiting } from "../api/waiting";
import { DemoBanner } from "./DemoBanner";

/** What the person should know whatever page they are on. */
export function Notices() {
  const session = useSession();
  const waiting = useWaiting();
  useEffect(() => {
    if (!waiting) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [waiting]);
  return (
    <Stack gap="xs" className="notices">
      <DemoBanner />
      {waiting > 0 && (
        <Alert color="yellow" role="status" title="Not saved yet">
          {waiting === 1 ? "One change waits" : `${waiting} changes wait`} for the server, which
          does not answer. It is sent as soon as it does; keep this page open.
        </Alert>
      )}
      {session?.fleeting && (
        <Alert color="yellow" role="status" title="This browser keeps no sign-in">
          It did not store the cookie, so you will have to sign in again after a reload. Allow
          cookies for this address to stay signed in.
        </Alert>
      )}
    </Stack>
  );
}
