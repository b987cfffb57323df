import { Select } from "@mantine/core";
import { usePeople } from "./names";

/** A person of whom something is shown, or anybody. */
export function PersonSelect({
  label,
  value,
  set,
}: {
  label: string;
  value: string | null;
  set: (id: string | null) => void;
}) {
  const people = usePeople(value);
  return (
    <Select
      label={label}
      placeholder="anybody"
      w={200}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Anybody" }}
      data={people}
      value={value}
      onChange={set}
    />
  );
}
