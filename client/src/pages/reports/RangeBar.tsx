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
      <Ends key={`${range.from} ${range.to}`} range={range} set={setRange} />
      <Switch
        mt={32}
        label="Compare with the time before"
        checked={compare}
        onChange={(event) => setCompare(event.currentTarget.checked)}
      />
    </Group>
  );
}

/** Both ends by hand; what is typed counts once it is a range. */
function Ends({ range, set }: { range: Range; set: (range: Range) => void }) {
  const [typed, setTyped] = useState(range);
  const wrong = wrongWith(typed);
  const take = () => {
    if (!wrong && (typed.from !== range.from || typed.to !== range.to)) set(typed);
  };
  return (
    <>
      <TextInput
        type="date"
        label="From"
        w={150}
        value={typed.from}
        onChange={(event) => setTyped({ ...typed, from: event.currentTarget.value })}
        onBlur={take}
        onKeyDown={(event) => event.key === "Enter" && take()}
        error={wrong}
      />
      <TextInput
        type="date"
        label="To"
        w={150}
        value={typed.to}
        onChange={(event) => setTyped({ ...typed, to: event.currentTarget.value })}
        onBlur={take}
        onKeyDown={(event) => event.key === "Enter" && take()}
        error={wrong !== null}
      />
    </>
  );
}
