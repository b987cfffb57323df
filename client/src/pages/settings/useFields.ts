import { type ChangeEvent, useState } from "react";

/** What a form holds. */
export function useFields<Values extends object>(initial: Values) {
  const [values, setValues] = useState(initial);
  const set = (some: Partial<Values>) => setValues((before) => ({ ...before, ...some }));
  /** For inputs of text. */
  const typed = (name: keyof Values) => ({
    value: values[name] as string,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) =>
      set({ [name]: event.currentTarget.value } as Partial<Values>),
  });
  return { values, set, typed, clear: () => setValues(initial) };
}
