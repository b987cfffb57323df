import { PasswordInput } from "@mantine/core";
import type { Problem } from "../../../api/problems";

/** What proves the person; the problem of a wrong one is shown here. */
export function CurrentPassword({
  value,
  set,
  problem,
  isFirst,
}: {
  value: string;
  set: (value: string) => void;
  problem: Problem | null;
  isFirst?: boolean;
}) {
  const isWrong = problem?.code === "wrong-password";
  return (
    <PasswordInput
      label="Current password"
      autoComplete="current-password"
      required
      maxLength={128}
      data-autofocus={isFirst || undefined}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
      error={isWrong ? problem.message : problem?.of("current_password")}
      visibilityToggleButtonProps={{ "aria-label": "Show or hide the current password" }}
    />
  );
}
