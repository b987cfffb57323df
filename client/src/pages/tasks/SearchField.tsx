import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";

const TYPING_MS = 250;

/** Words to search for: they count once typing pauses. Whoever goes back sees those of that time. */
export function SearchField({ value, set }: { value: string; set: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const asked = useRef(value);
  const search = useDebouncedCallback((words: string) => {
    asked.current = words;
    set(words);
  }, TYPING_MS);
  useEffect(() => {
    // One's own words come back from the URL: without their last space, and maybe late.
    if (value === asked.current) return;
    asked.current = value;
    search.cancel();
    setTyped(value);
  }, [value, search]);
  return (
    <TextInput
      size="xs"
      aria-label="Search"
      placeholder="Search title and notes"
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        search(event.currentTarget.value.trim());
      }}
    />
  );
}
