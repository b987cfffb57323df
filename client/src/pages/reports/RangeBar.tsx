import { Group, Select, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useUrl } from "../../shared/hooks";
import { defaultAt, presetsAt, type Range, wrongWith } from "./ranges";

const CUSTOM = "custom";

/** The range of the URL; both its ends change at once. */
export function useRange(today: string): [Range, (range: Range) => void] {
  const [search, setSearch] = useSearchParams();
  const byDefault = defaultAt(today);
  const range = {
    from: search.get("from") ?? byDefault.from,
    to: search.get("to") ?? byDefault.to,
  };
  const set = ({ from, to }: Range) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        const isDefault = from === byDefault.from && to === byDefault.to;
        for (const [name, value] of Object.entries({ from, to })) {
          if (isDefault) next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );
  return [range, set];
}

export function useCompare(): [boolean, (value: boolean) => void] {
  const [value, set] = useUrl("compare", "0");
  return [value === "1", (on) => set(on ? "1" : "0")];
}

/** Which days are looked at, and whether beside those before. */
export function RangeBar({ today }: { today: string }) {
  const [range, setRange] = useRange(today);
  const [compare, setCompare] = useCompare();
  const presets = presetsAt(today);
  const chosen = presets.find(({ from, to }) => from === range.from && to === range.to);
  return (
    <Group align="flex-start" gap="sm">
      <Select
        label="Range"
        w={150}
        allowDeselect={false}
        data={[
          ...presets.map(({ name, label }) => ({ value: name, label })),
          { value: CUSTOM, label: "Custom", disabled: true },
        ]}
        value={chosen?.name ?? CUSTOM}
        onChange={(name) => {
          const preset = presets.find((each) => each.name === name);
          if (preset) setRange(preset);
        }}
      />
      <Ends range={range} set={setRange} />
      <Switch
        mt={{ base: 0, md: 32 }}
        label="Compare with the time before"
        checked={compare}
        onChange={(event) => setCompare(event.currentTarget.checked)}
      />
    </Group>
  );
}

/** Both ends by hand; what is typed counts as soon as it is a range. */
function Ends({ range, set }: { range: Range; set: (range: Range) => void }) {
  const [typed, setTyped] = useState(range);
  const [shown, setShown] = useState(range);
  if (shown.from !== range.from || shown.to !== range.to) {
    // Chosen elsewhere.
    setShown(range);
    setTyped(range);
  }
  const wrong = wrongWith(typed);
  const take = (next: Range) => {
    setTyped(next);
    if (!wrongWith(next)) set(next);
  };
  return (
    <Group align="flex-start" gap="sm" wrap="nowrap">
      <TextInput
        type="date"
        label="From"
        w={150}
        value={typed.from}
        onChange={(event) => take({ ...typed, from: event.currentTarget.value })}
        error={wrong}
      />
      <TextInput
        type="date"
        label="To"
        w={150}
        value={typed.to}
        onChange={(event) => take({ ...typed, to: event.currentTarget.value })}
        error={wrong !== null}
      />
    </Group>
  );
}
