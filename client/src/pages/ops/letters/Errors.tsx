import { Chip, Group } from "@mantine/core";
import type { ErrorCount } from "../../../api/schema";
import { count } from "../words";
import { useFilter } from "./filter";

/** How many letters have which error; a click shows those alone. */
export function Errors({ errors }: { errors: ErrorCount[] }) {
  const { filter, set } = useFilter();
  const many = new Map<string, number>();
  if (filter.error) many.set(filter.error, 0);
  for (const { error_class, letters } of errors) {
    many.set(error_class, (many.get(error_class) ?? 0) + letters);
  }
  return (
    <Group gap="xs" mih={28} role="group" aria-label="Errors">
      {[...many].map(([error, letters]) => (
        <Chip
          key={error}
          size="sm"
          variant="outline"
          checked={filter.error === error}
          onChange={(isChosen) => set({ error: isChosen ? error : null })}
        >
          {error} · {count(letters)}
        </Chip>
      ))}
    </Group>
  );
}
