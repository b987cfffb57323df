import { TextInput } from "@mantine/core";
import { useMe } from "../../../shared/hooks";
import { instantOf, wallOf } from "../../../shared/wall";

/** An instant as date and time in the person's zone. */
export function InstantField({
  label,
  value,
  set,
}: {
  label: string;
  value: string | undefined;
  set: (instant: string | null) => void;
}) {
  const { data: me } = useMe();
  const zone = me?.time_zone ?? "UTC";
  const isInstant = value !== undefined && !Number.isNaN(Date.parse(value));
  return (
    <TextInput
      label={label}
      type="datetime-local"
      w={190}
      value={isInstant ? wallOf(value, zone) : ""}
      onChange={({ currentTarget: { value: wall } }) => set(wall ? instantOf(wall, zone) : null)}
    />
  );
}
