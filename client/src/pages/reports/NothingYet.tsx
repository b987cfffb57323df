import { Button } from "@mantine/core";
import { Link } from "react-router";
import { Empty } from "../../shared/Shown";

/** Where a range holds nothing. */
export function NothingYet({ children }: { children: string }) {
  return (
    <Empty
      action={
        <Button component={Link} to="/connect" variant="default" size="sm">
          Connect what you use
        </Button>
      }
    >
      {children}
    </Empty>
  );
}
