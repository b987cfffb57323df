import { Alert, Code, Text } from "@mantine/core";
import type { Verification } from "../../../api/schema";
import { count } from "../words";
import type { Anchor } from "./anchor";

/** What sealing everything anew showed, in words. */
export function Verdict({ of, anchor }: { of: Verification; anchor: Anchor | null }) {
  const noted = `${of.number}:${of.hash}`;
  if (!of.intact) {
    return (
      <Alert color="red" title={`Broken at entry ${of.broken_at}`}>
        <Text size="sm">
          It was changed or removed after it was written: {of.reason}.{" "}
          {of.number > 0 && `Up to entry ${count(of.number)} all is as it was written.`}
        </Text>
      </Alert>
    );
  }
  return (
    <Alert color="green" title={`Intact: ${count(of.number)} entries`}>
      <Text size="sm">
        Every entry is as it was written
        {anchor?.number !== undefined && `, and entry ${count(anchor.number)} is the one you noted`}
        . Note this elsewhere: with it you will see later that nothing before was made anew.
      </Text>
      <Code className="ops-breaking">{noted}</Code>
    </Alert>
  );
}
